import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Fragment, useState } from 'react'
import type { DeliveryStatus, WebhookDelivery } from '../../../src/wire/webhooks.ts'
import { api } from '../../api.ts'
import { middle } from '../../parts/format.ts'
import { More } from '../../parts/more.tsx'
import { Loaded, When } from '../../parts/parts.tsx'
import { nameOf } from '../webhooks/events.ts'

const LIVE_MS = 3000
const PAGE = 100

/** The state of a run that looks like that of a delivery. */
const LOOKS: Record<DeliveryStatus, string> = {
  PENDING: 'scheduled',
  SENDING: 'running',
  DELIVERED: 'finished',
  FAILED: 'failed',
}

/** What was sent and what is to be, newest first. */
export function Deliveries({ webhookId }: { webhookId: string }) {
  const [status, setStatus] = useState<DeliveryStatus>()
  const query = useInfiniteQuery({
    queryKey: ['webhooks', webhookId, 'deliveries', status],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.webhooks.deliveries(
        { webhookId, maxResults: PAGE, ...(status && { status }), ...(pageParam && { pageToken: pageParam }) },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    refetchInterval: LIVE_MS,
  })
  return (
    <>
      <div className="heading deliveries">
        <h2>Deliveries</h2>
        <select
          aria-label="Which deliveries"
          value={status ?? ''}
          onChange={({ target }) => setStatus((target.value || undefined) as DeliveryStatus | undefined)}
        >
          <option value="">All</option>
          <option value="PENDING">Waiting</option>
          <option value="DELIVERED">Delivered</option>
          <option value="FAILED">Failed</option>
        </select>
      </div>
      <Loaded query={query}>
        {({ pages }) => {
          const deliveries = pages.flatMap((page) => page.deliveries)
          if (deliveries.length === 0)
            return (
              <p className="page muted">
                {status ? 'There are none of these.' : 'Nothing was to be told yet. Test sends an example.'}
              </p>
            )
          return (
            <div className="scroll-x">
              <table className="list">
                <thead>
                  <tr>
                    <th scope="col">State</th>
                    <th scope="col">Event</th>
                    <th scope="col">Happened</th>
                    <th scope="col" className="right">
                      Attempts
                    </th>
                    <th scope="col">Last</th>
                    <th scope="col">Next</th>
                    <th scope="col">Answer</th>
                    <th scope="col">
                      <span className="unseen">What can be done</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {deliveries.map((delivery) => (
                    <Delivery key={delivery.deliveryId} webhookId={webhookId} delivery={delivery} />
                  ))}
                </tbody>
              </table>
              <More query={query} />
            </div>
          )
        }}
      </Loaded>
    </>
  )
}

function Delivery({ webhookId, delivery }: { webhookId: string; delivery: WebhookDelivery }) {
  const { deliveryId, event, payload, status, attempts, creationTimestamp } = delivery
  const [isOpen, setOpen] = useState(false)
  const client = useQueryClient()
  const again = useMutation({
    mutationFn: () => api.webhooks.redeliver({ webhookId, deliveryId }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['webhooks', webhookId] }),
  })
  return (
    <Fragment>
      <tr>
        <td>
          <span className={`status ${LOOKS[status]}`}>{status === 'PENDING' ? 'waiting' : status.toLowerCase()}</span>
        </td>
        <td className="mono">
          <button type="button" className="link" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {nameOf(event)}
          </button>
        </td>
        <td>
          <When time={creationTimestamp} />
        </td>
        <td className="number">{attempts}</td>
        <td>{delivery.lastAttemptTimestamp !== undefined && <When time={delivery.lastAttemptTimestamp} />}</td>
        <td>
          {status === 'PENDING' && delivery.nextAttemptTimestamp !== undefined && (
            <When time={delivery.nextAttemptTimestamp} />
          )}
        </td>
        <td className="clip wide" title={delivery.errorMessage}>
          {delivery.responseStatus !== undefined && <span className="mono">{delivery.responseStatus} </span>}
          <span className="muted">{middle(delivery.errorMessage ?? '', 200)}</span>
        </td>
        <td>
          {again.isError && <span role="alert">{again.error.message} </span>}
          <button
            type="button"
            className="plain tight"
            aria-label={`Send ${nameOf(event)} again`}
            disabled={again.isPending}
            onClick={() => again.mutate()}
          >
            Send again
          </button>
        </td>
      </tr>
      {isOpen && (
        <tr className="body">
          <td colSpan={8}>
            <pre className="snippet" tabIndex={0} aria-label="Body">
              {payload}
            </pre>
            <span className="muted mono">X-MLflow-Delivery-Id: {deliveryId}</span>
          </td>
        </tr>
      )}
    </Fragment>
  )
}
