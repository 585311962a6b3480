import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, it } from 'node:test'
import { connect, oneSpelling } from './open.node.ts'

const NAMES = ['MLFLOW_TRACKING_TOKEN', 'MLFLOW_TRACKING_USERNAME', 'MLFLOW_TRACKING_PASSWORD']

describe('credentials', () => {
  afterEach(() => {
    for (const name of NAMES) delete process.env[name]
  })

  const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`
  const cases: [where: string, inUri: string, environment: Record<string, string>, sent: string | undefined][] = [
    ['nowhere', '', {}, undefined],
    ['in the URI', 'me:p%40ss@', { MLFLOW_TRACKING_TOKEN: 'abc' }, basic],
    ['in the environment', '', { MLFLOW_TRACKING_USERNAME: 'me', MLFLOW_TRACKING_PASSWORD: 'p@ss' }, basic],
    ['as a token', '', { MLFLOW_TRACKING_TOKEN: 'abc' }, 'Bearer abc'],
  ]

  for (const [where, inUri, environment, sent] of cases)
    it(`are sent when they stand ${where}`, async () => {
      const seen: (string | undefined)[] = []
      const server = createServer((request, response) => {
        seen.push(request.url, request.headers.authorization)
        response.end('{"runs":[]}')
      })
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      Object.assign(process.env, environment)
      const client = await connect(`http://${inUri}127.0.0.1:${port}/prefix/`)
      await client.runs.search({ experimentIds: ['0'], orderBy: [] })
      server.close()
      server.closeAllConnections()
      assert.deepEqual(seen, ['/prefix/api/2.0/mlflow/runs/search', sent])
    })
})

describe('a tracking URI', () => {
  const cases: [uri: string, spelling: string][] = [
    ['http://127.0.0.1:5000/', 'http://127.0.0.1:5000'],
    ['sqlite:////tmp/a/../store.db', 'sqlite:////tmp/store.db'],
    ['sqlite+pysqlite:////tmp/store.db', 'sqlite:////tmp/store.db'],
    ['sqlite:///store.db', `sqlite:///${process.cwd()}/store.db`],
  ]
  for (const [uri, spelling] of cases)
    it(`has one spelling: ${uri}`, () => {
      assert.equal(oneSpelling(uri), spelling)
    })
})
