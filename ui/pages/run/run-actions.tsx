import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { CompareMenu } from './compare-menu.tsx'
import { Register } from './register.tsx'

/** What can be done with a run. A deleted one can be had back by the same button. */
export function RunActions({ run }: { run: Run }) {
  const { runId, experimentId, lifecycleStage } = run.info
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: (to: 'delete' | 'restore') => api.runs[to]({ runId }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['run', runId] }),
        client.invalidateQueries({ queryKey: ['runs', experimentId] }),
      ]),
  })
  const isDeleted = lifecycleStage === 'deleted'
  return (
    <div className="actions">
      {change.isError && <span role="alert">{change.error.message}</span>}
      <CompareMenu run={run} />
      <Register run={run} />
      <span role="status">{isDeleted && 'This run is deleted.'}</span>
      <button type="button" disabled={change.isPending} onClick={() => change.mutate(isDeleted ? 'restore' : 'delete')}>
        {isDeleted ? 'Restore' : 'Delete'}
      </button>
    </div>
  )
}
