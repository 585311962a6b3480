import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { api, baseUrl } from '../../api.ts'
import { middle } from '../../parts/format.ts'
import { More } from '../../parts/more.tsx'
import { Loaded, Name, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Snippets } from '../../parts/snippets.tsx'
import { nameOf } from './events.ts'
import { WebhookSheet } from './webhook-sheet.tsx'
import { WebhookState } from './webhook-state.tsx'
import '../registry.css'

/** Who is told of what happens in the registry. */
export function WebhooksPage() {
  const [isNew, setNew] = useState(false)
  const query = useInfiniteQuery({
    queryKey: ['webhooks'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) => api.webhooks.list(pageParam ? { pageToken: pageParam } : {}, { signal }),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
  })
  return (
    <>
      <Bar
        crumbs={[
          <span key="settings" className="muted">
            Settings
          </span>,
          <h1 key="title">Webhooks</h1>,
        ]}
      >
        <button type="button" onClick={() => setNew(true)}>
          New webhook
        </button>
      </Bar>
      {isNew && <WebhookSheet close={() => setNew(false)} />}
      <Loaded query={query}>
        {({ pages }) => {
          const webhooks = pages.flatMap((page) => page.webhooks)
          if (webhooks.length === 0) return <Empty />
          return (
            <main className="scroll">
              <table className="list">
                <thead>
                  <tr>
                    <th scope="col">Name</th>
                    <th scope="col">State</th>
                    <th scope="col">Address</th>
                    <th scope="col">Changed</th>
                    <th scope="col">Told of</th>
                  </tr>
                </thead>
                <tbody>
                  {webhooks.map((webhook) => (
                    <tr key={webhook.webhookId}>
                      <th scope="row">
                        <Link to="/settings/webhooks/$webhookId" params={{ webhookId: webhook.webhookId }}>
                          <Name text={webhook.name} />
                        </Link>
                      </th>
                      <td>
                        <WebhookState status={webhook.status} />
                      </td>
                      <td className="mono" title={webhook.url}>
                        {middle(webhook.url, 60)}
                      </td>
                      <td>
                        <When time={webhook.lastUpdatedTimestamp} />
                      </td>
                      <td className="muted clip wide" title={webhook.events.map(nameOf).join(', ')}>
                        {webhook.events.map(nameOf).join(', ')}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
              <div className="page">
                <More query={query} />
              </div>
            </main>
          )
        }}
      </Loaded>
    </>
  )
}

function Empty() {
  const texts = {
    Python: `from mlflow import MlflowClient

MlflowClient(${JSON.stringify(baseUrl)}).create_webhook(
    name="deploy",
    url="https://ci.example/hooks/mlflow",
    events=["model_version_alias.created", "model_version.created"],
    secret="a long secret",
)`,
    curl: `curl -s ${baseUrl}/api/2.0/mlflow/webhooks --json '{
  "name": "deploy", "url": "https://ci.example/hooks/mlflow", "secret": "a long secret",
  "events": [{"entity": "MODEL_VERSION_ALIAS", "action": "CREATED"}]}'`,
  }
  return (
    <main className="scroll">
      <div className="page empty">
        <h2>No webhooks yet</h2>
        <p className="muted">
          A webhook tells another program what happens to models and prompts: signed, in order, and again until it is
          heard. By default they reach public addresses over https.
        </p>
        <Snippets texts={texts} />
      </div>
    </main>
  )
}
