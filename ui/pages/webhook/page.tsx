import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import type { Webhook } from '../../../src/wire/webhooks.ts'
import { api } from '../../api.ts'
import { Loaded, Name, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Confirm } from '../../parts/sheet.tsx'
import { nameOf } from '../webhooks/events.ts'
import { WebhookSheet } from '../webhooks/webhook-sheet.tsx'
import { WebhookState } from '../webhooks/webhook-state.tsx'
import { Deliveries } from './deliveries.tsx'
import { Test } from './test.tsx'
import '../registry.css'

/** One webhook: what it is told, and what came of it. */
export function WebhookPage() {
  const { webhookId } = useParams({ from: '/settings/webhooks/$webhookId' })
  const query = useQuery({
    queryKey: ['webhooks', webhookId],
    queryFn: ({ signal }) => api.webhooks.get({ webhookId }, { signal }),
  })
  const webhook = query.data?.webhook
  return (
    <>
      <Bar
        crumbs={[
          <span key="settings" className="muted">
            Settings
          </span>,
          <Link key="all" to="/settings/webhooks">
            Webhooks
          </Link>,
          <h1 key="title" className="clip">
            <Name text={webhook?.name ?? webhookId} />
          </h1>,
        ]}
      >
        {webhook && <Actions key={webhookId} webhook={webhook} />}
      </Bar>
      <Loaded query={query}>
        {({ webhook: { status, url, description, events, lastUpdatedTimestamp } }) => (
          <>
            <section className="runline" aria-label="State of the webhook">
              <WebhookState status={status} />
              <span className="mono clip" title={url}>
                {url}
              </span>
              <span>
                <span className="muted">changed</span> <When time={lastUpdatedTimestamp} />
              </span>
              {description && <span className="muted">{description}</span>}
              <span className="chips">
                {events.map((event) => (
                  <span key={nameOf(event)} className="chip mono">
                    {nameOf(event)}
                  </span>
                ))}
              </span>
            </section>
            <main className="scroll">
              <Deliveries webhookId={webhookId} />
            </main>
          </>
        )}
      </Loaded>
    </>
  )
}

function Actions({ webhook }: { webhook: Webhook }) {
  const { webhookId, name, status } = webhook
  const [floating, setFloating] = useState<'test' | 'change' | 'delete'>()
  const client = useQueryClient()
  const navigate = useNavigate()
  const close = () => setFloating(undefined)
  const turn = useMutation({
    mutationFn: () => api.webhooks.update({ webhookId, status: status === 'ACTIVE' ? 'DISABLED' : 'ACTIVE' }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks'] }),
  })
  const remove = useMutation({
    mutationFn: () => api.webhooks.delete({ webhookId }),
    onSuccess: async () => {
      await navigate({ to: '/settings/webhooks' })
      client.removeQueries({ queryKey: ['webhooks', webhookId] })
      await client.invalidateQueries({ queryKey: ['webhooks'] })
    },
  })
  return (
    <div className="actions">
      {turn.isError && <span role="alert">{turn.error.message}</span>}
      <button type="button" onClick={() => setFloating('test')}>
        Test
      </button>
      <button type="button" onClick={() => setFloating('change')}>
        Change
      </button>
      <button type="button" disabled={turn.isPending} onClick={() => turn.mutate()}>
        {status === 'ACTIVE' ? 'Pause' : 'Resume'}
      </button>
      <button type="button" onClick={() => setFloating('delete')}>
        Delete
      </button>
      {floating === 'test' && <Test webhook={webhook} close={close} />}
      {floating === 'change' && <WebhookSheet webhook={webhook} close={close} />}
      {floating === 'delete' && (
        <Confirm title={`Delete ${name}`} does="Delete the webhook" change={remove} close={close}>
          It is told nothing more, not even what waits; its deliveries and its secret go with it.
        </Confirm>
      )}
    </div>
  )
}
