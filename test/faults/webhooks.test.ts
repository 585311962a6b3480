import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { createClient } from '../../src/client/client.ts'
import { contract } from '../../src/wire/index.ts'
import { millrace } from '../command.ts'
import { atEnd, databases } from '../databases.ts'
import { openListener, type Heard } from '../listener.ts'

const MODELS = 40

/** A server in a process of its own, which can be killed. */
async function serve(store: string) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-killed-'))
  const { child } = millrace(
    ['server', '--port', '0', '--backend-store-uri', store, '--no-serve-artifacts'],
    {
      MLFLOW_WEBHOOK_ALLOWED_SCHEMES: 'http',
      MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS: 'true',
      MLFLOW_WEBHOOK_REQUEST_TIMEOUT: '1',
    },
    folder,
    60_000,
  )
  const exited = once(child, 'exit')
  atEnd(async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true })
  })
  const url = await new Promise<string>((resolve, reject) => {
    let said = ''
    child.stderr.on('data', (part) => {
      const found = /Millrace is at (http:[^"\s]+)/.exec((said += part))
      if (found) resolve(found[1]!)
    })
    child.once('exit', () => reject(new Error(said)))
  })
  return {
    client: createClient(contract, { baseUrl: url }),
    async kill() {
      child.kill('SIGKILL')
      await exited
    },
  }
}

const nameOf = ({ body }: Heard) => (JSON.parse(body) as { data: { name: string } }).data.name

for (const [name, open] of Object.entries(databases))
  describe(`webhooks of a server that is killed, on ${name}`, { timeout: 60_000 }, () => {
    it('hear of all that was answered, once it is there again', async () => {
      const listener = await openListener((response, nth) => {
        if (nth !== 5) response.end() // the sixth waits for its answer when the server is killed
      })
      const { uri } = await open()
      const first = await serve(uri)
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

      await serve(uri)
      await listener.hear(MODELS + 1)
      assert.deepEqual(new Set(listener.heard.map(nameOf)), new Set(names))
      const ids = listener.heard.map(({ headers }) => headers['x-mlflow-delivery-id'])
      assert.equal(new Set(ids).size, MODELS, 'who is told twice can tell by the id')
    })
  })
