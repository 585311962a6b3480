import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { openTestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'
import { randomBelow } from '../../test/random.ts'
import { type Endpoint, methodsOf, pathsOf } from '../wire/endpoint.ts'
import { contract } from '../wire/index.ts'

const SEED = 7
const TRIES = 30

const ANYTHING: unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  3,
  2 ** 31,
  2 ** 53,
  -(2 ** 53) + 1,
  1e300,
  'NaN',
  '',
  'x',
  'a/b',
  '../x',
  '%2e%2e/x',
  'a\0b',
  '\ud800',
  'é☃',
  '999999999999999',
  'metrics.a > 1',
  'k'.repeat(300),
  'v'.repeat(10_000),
  [],
  {},
  [[]],
  ['x'],
  [{}],
  { key: 'k' },
  [{ key: 'k', value: 'v' }],
  [{ key: 'k', value: '1', timestamp: 1 }],
  [{ key: 'k', value: 5, timestamp: -1, step: 1e20 }],
  [{ dataset: { name: 'n', digest: 'd', source_type: 's', source: 's' } }],
]

for (const [name, open] of Object.entries(databases))
  describe(`random requests on ${name}`, () => {
    it('are never a failure of ours, whatever the endpoint', async () => {
      const { app, client } = await openTestApp(open)
      const { runId } = (await client.runs.create({ experimentId: '0' })).run.info
      const { modelId } = (await client.loggedModels.create({ experimentId: '0' })).model.info
      const below = randomBelow(SEED)
      const pick = <T>(from: readonly T[]): T => from[below(from.length)]!
      const idOf: Record<string, unknown> = {
        run_id: runId,
        run_ids: [runId],
        run_uuid: runId,
        model_id: modelId,
        experiment_id: '0',
        experiment_ids: ['0'],
      }
      const valueOf = (field: string) => (below(10) < 7 && idOf[field]) || pick(ANYTHING)
      const asText = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))
      let answered = 0

      for (const endpoint of Object.values(contract).flatMap((service): Endpoint[] => Object.values(service)))
        for (let i = 0; i < TRIES; i++) {
          const method = pick(methodsOf(endpoint))
          const sent = Object.fromEntries(
            endpoint.request.fields.filter(() => below(5) > 0).map((field) => [field.name, valueOf(field.name)]),
          )
          const path = pick(pathsOf(endpoint)).replace(/:(\w+)(\{\.\+\})?/g, (_, key: string) => {
            const field = endpoint.request.fields.find((each) => each.key === key)!
            return encodeURIComponent(asText(valueOf(field.name)).toWellFormed() || 'x')
          })
          const query = new URLSearchParams(Object.entries(sent).map(([field, value]) => [field, asText(value)]))
          const inQuery = method === 'GET' || endpoint.rawBody
          const request = new Request(`http://localhost${path}${inQuery ? `?${query}` : ''}`, {
            method,
            ...(!inQuery && { body: JSON.stringify(sent), headers: { 'content-type': 'application/json' } }),
            ...(endpoint.rawBody && { body: 'bytes', headers: { 'content-length': '5' } }),
          })
          const response = await app(request)
          const { status } = response
          if (status === 200) answered++
          const text = status < 400 ? '' : await response.text()
          await response.body?.cancel().catch(() => {}) // read already
          const known = status < 500 || status === 501 || /INVALID_STATE/.test(text)
          assert.ok(known, `${method} ${path} answered ${status} ${text} to ${JSON.stringify(sent)}`)
        }
      assert.ok(answered > 100, `only ${answered} were answered`)
    })
  })
