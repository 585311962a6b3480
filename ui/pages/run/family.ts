import { useQuery } from '@tanstack/react-query'
import type { RunInfo } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'

const MOST_CHILDREN = 200

/** The runs that name this one as their parent, newest first. */
export const useChildren = ({ runId, experimentId }: RunInfo) =>
  useQuery({
    queryKey: ['run', runId, 'children'],
    queryFn: ({ signal }) =>
      api.runs.search(
        {
          experimentIds: [experimentId],
          filter: `tags.mlflow.parentRunId = '${runId}'`,
          maxResults: MOST_CHILDREN,
          only: {},
        },
        { signal },
      ),
  })
