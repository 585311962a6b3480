import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Activity } from '../../../src/wire/transition-requests.ts'
import { api } from '../../api.ts'
import { When } from '../../parts/parts.tsx'
import { Sheet } from '../../parts/sheet.tsx'
import { Archives, Comment, useOthers } from '../model/move.tsx'
import { Stage } from '../model/stage.tsx'
import { LIVE_MS, refreshModel } from '../model/use-model.ts'

const DECISIONS = { approve: 'Approve', reject: 'Reject', delete: 'Take back' } as const
type Decision = keyof typeof DECISIONS

interface Props {
  readonly name: string
  readonly version: number
}

/** What others wait for: stages that were asked for, and what can be done about it. */
export function Requests({ name, version }: Props) {
  const [deciding, setDeciding] = useState<{ request: Activity; decision: Decision }>()
  const query = useQuery({
    queryKey: ['model', name, 'requests', version],
    queryFn: ({ signal }) => api.transitionRequests.list({ name, version }, { signal }),
    refetchInterval: LIVE_MS,
  })
  if (!query.data || query.data.requests.length === 0) return null
  return (
    <section className="requests" aria-label="Requests">
      <ul>
        {query.data.requests.map((request) => (
          <li key={request.id}>
            <span className="says">
              <strong>{request.userId}</strong> asks to move it to <Stage stage={request.toStage} />{' '}
              <span className="muted">
                <When time={request.creationTimestamp} />
              </span>
              {request.comment && <q>{request.comment}</q>}
            </span>
            <span className="actions">
              {(Object.keys(DECISIONS) as Decision[]).map((decision) => (
                <button key={decision} type="button" onClick={() => setDeciding({ request, decision })}>
                  {DECISIONS[decision]}
                </button>
              ))}
            </span>
          </li>
        ))}
      </ul>
      {deciding && <DecisionSheet name={name} version={version} {...deciding} close={() => setDeciding(undefined)} />}
    </section>
  )
}

interface SheetProps extends Props {
  readonly request: Activity
  readonly decision: Decision
  readonly close: () => void
}

function DecisionSheet({ name, version, request: { toStage: stage, userId }, decision, close }: SheetProps) {
  const [comment, setComment] = useState('')
  const [archives, setArchives] = useState(true)
  const client = useQueryClient()
  const others = useOthers(name, version, stage)
  const decide = useMutation({
    mutationFn: async () => {
      const wish = { name, version, stage, ...(comment && { comment }) }
      if (decision === 'approve')
        await api.transitionRequests.approve({ ...wish, archiveExistingVersions: archives && others.length > 0 })
      else if (decision === 'reject') await api.transitionRequests.reject(wish)
      else await api.transitionRequests.delete({ ...wish, creator: userId })
      await refreshModel(client, name)
    },
    onSuccess: close,
  })
  return (
    <Sheet
      title={`${DECISIONS[decision]}: version ${version} to ${stage}`}
      does={DECISIONS[decision]}
      isPending={decide.isPending}
      error={decide.error}
      submit={() => decide.mutate()}
      close={close}
    >
      {decision === 'approve' && <Archives others={others} value={archives} onChange={setArchives} />}
      <Comment value={comment} onChange={setComment} />
    </Sheet>
  )
}
