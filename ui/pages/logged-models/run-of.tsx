import { useQuery } from '@tanstack/react-query'
import type { LoggedModel } from '../../../src/wire/logged-models.ts'
import { api } from '../../api.ts'
import { RunLink } from '../../parts/parts.tsx'

interface Props {
  readonly info: Pick<LoggedModel['info'], 'sourceRunId' | 'experimentId'>
}

/** The run that logged a model. */
export function RunOf({ info: { sourceRunId: runId = '', experimentId } }: Props) {
  const query = useQuery({
    queryKey: ['run', runId],
    enabled: runId !== '',
    queryFn: ({ signal }) => api.runs.get({ runId }, { signal }),
    retry: false,
  })
  return runId ? <RunLink info={query.data?.run.info ?? { runId, experimentId }} most={28} /> : null
}
