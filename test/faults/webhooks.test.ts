import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { databases } from '../databases.ts'
import { openListener, type Heard } from '../listener.ts'
import { serve } from './server.ts'

const MODELS = 40

/** Delivers to this machine, and soon again. */
const options = {
  args: ['--no-serve-artifacts'],
  env: {
    MLFLOW_WEBHOOK_ALLOWED_SCHEMES: 'http',
    MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: 'true',
    MLFLOW_WEBHOOK_REQUEST_TIMEOUT: '1',
  },
}

const nameOf = ({ body }: Heard) => (JSON.parse(body) as { data: { name: string } }).data.name

for (const [name, open] of Object.entries(databases))
  describe(`webhooks of a server that is killed, on ${name}`, { timeout: 60_000 }, () => {
    it('hear of all that was answered, once it is there again', async () => {
      const listener = await openListener((response, nth) => {
        if (nth !== 5) response.end() // the sixth waits for its answer when the server is killed
      })
      const { uri } = await open()
      const first = await serve(uri, options)
      await first.client.webhooks.create({
        name: 'x',
        url: listener.url,
        events: [{ entity: 'REGISTERED_MODEL', action: 'CREATED' }],
      })
      const names = Array.from({ length: MODELS }, (_, i) => `m${i}`)
      for (const each of names) await first.client.registeredModels.create({ name: each })
      await listener.hear(6)
      await first.kill()
      const before = listener.heard.length
      assert.ok(before < MODELS, 'it was killed too late')

      await serve(uri, options)
      await listener.hear(MODELS + 1)
      assert.deepEqual(new Set(listener.heard.map(nameOf)), new Set(names))
      const ids = listener.heard.map(({ headers }) => headers['x-mlflow-delivery-id'])
      assert.equal(new Set(ids).size, MODELS, 'who is told twice can tell by the id')
    })
  })
