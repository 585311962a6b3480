import { createClient } from '../src/client/client.ts'
import { openApp } from '../src/server/app.ts'
import { contract } from '../src/wire/index.ts'

/** A process of its own that logs `count` points to a run, one request each, through the store that it is told. */
const [backendStoreUri, artifactsDestination, runId, key, count] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
]

const { app, close } = await openApp({ backendStoreUri, artifactsDestination })
const client = createClient(contract, { baseUrl: 'http://localhost', fetch: app })
process.stdout.write('ready\n')
for (let step = 0; step < Number(count); step++) {
  await client.metrics.log({ runId, key, value: step, timestamp: step, step })
  await client.runs.logBatch({
    runId,
    params: [{ key: `${key}${step}`, value: 'x' }],
    tags: [{ key: 'last', value: key }],
  })
}
await close()
