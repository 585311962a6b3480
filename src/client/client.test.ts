import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { contract } from '../wire/index.ts'
import { createClient, type Fetch } from './client.ts'

const clientOf = (fetch: Fetch, baseUrl = 'http://server/ml/') => createClient(contract, { baseUrl, fetch })
const answering = (body: string | null, init?: ResponseInit) => clientOf(async () => new Response(body, init))

/** A client that answers `{}` to everything, and what it was asked. */
function recording(options = {}) {
  const asked: Request[] = []
  const fetch: Fetch = async (request) => {
    asked.push(request)
    return new Response('{}')
  }
  return { asked, client: createClient(contract, { baseUrl: 'http://server/ml/', fetch, ...options }) }
}

describe('a call', () => {
  it('travels as JSON in snake_case below the base URL', async () => {
    const { asked, client } = recording({ headers: { authorization: 'Bearer x' } })
    await client.runs.logParameter({ runId: 'a', key: 'k', value: 'v' })
    const [request] = asked
    assert.deepEqual(
      [request!.method, request!.url, request!.headers.get('content-type'), request!.headers.get('authorization')],
      ['POST', 'http://server/ml/api/2.0/mlflow/runs/log-parameter', 'application/json', 'Bearer x'],
    )
    assert.deepEqual(await request!.json(), { run_id: 'a', key: 'k', value: 'v' })
  })

  it('that reads travels in the query, with repeated keys for lists', async () => {
    const { asked, client } = recording({ prefix: 'ajax-api' })
    await client.metrics.getHistoryBulkInterval({ runIds: ['a', 'b c'], metricKey: 'x/y', startStep: 0, endStep: 5 })
    assert.equal(
      asked[0]!.url,
      'http://server/ml/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=a&run_ids=b+c&metric_key=x%2Fy&start_step=0&end_step=5',
    )
  })

  it('puts values into the path, each part encoded', async () => {
    const { asked, client } = recording()
    await client.proxy.upload({ artifactPath: 'a b/ü?.txt' }, { body: 'x' })
    assert.equal(asked[0]!.url, 'http://server/ml/api/2.0/mlflow-artifacts/artifacts/a%20b/%C3%BC%3F.txt')
    assert.equal(await asked[0]!.text(), 'x')
  })

  it('reads an empty answer as one with nothing in it, and leaves out what it does not know', async () => {
    assert.deepEqual(await answering('').runs.delete({ runId: 'a' }), {})
    assert.deepEqual(await answering('{"experiment_id":"1","new":2}').experiments.create({ name: 'a' }), {
      experimentId: '1',
    })
  })
})

describe('a failure', () => {
  const cases: [title: string, status: number, body: string, code: string, sentence: RegExp][] = [
    [
      'of the server with its code',
      404,
      '{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"Run not found"}',
      'RESOURCE_DOES_NOT_EXIST',
      /^Run not found$/,
    ],
    [
      'with a code that is not known',
      418,
      '{"error_code":"TEAPOT","message":"short and stout"}',
      'INTERNAL_ERROR',
      /short and stout/,
    ],
    ['with a code and no message', 400, '{"error_code":"BAD_REQUEST"}', 'BAD_REQUEST', /BAD_REQUEST/],
    ['of a route that is not there', 404, '<html>Not Found</html>', 'ENDPOINT_NOT_FOUND', /Not Found/],
    ['of a proxy that forbids', 403, 'Forbidden', 'PERMISSION_DENIED', /Forbidden/],
    ['of a proxy that lost the server', 502, '<html>Bad Gateway</html>', 'TEMPORARILY_UNAVAILABLE', /Bad Gateway/],
    ['without a word', 500, '', 'INTERNAL_ERROR', /answered 500/],
    ['that is JSON of another kind', 500, 'null', 'INTERNAL_ERROR', /null/],
  ]
  for (const [title, status, body, code, message] of cases)
    it(`${title} is an error with a code`, async () => {
      await assert.rejects(answering(body, { status }).runs.get({ runId: 'a' }), {
        name: 'ApiError',
        code,
        status,
        message,
      })
    })

  it('to reach the server says which', async () => {
    const client = clientOf(async () => {
      throw new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED') })
    })
    await assert.rejects(client.runs.get({ runId: 'a' }), {
      code: 'TEMPORARILY_UNAVAILABLE',
      message: 'http://server/ml/ cannot be reached: connect ECONNREFUSED',
    })
  })

  it('because the caller gave up is the caller’s own', async () => {
    const client = clientOf(async (request) => {
      await new Promise((_, reject) => request.signal.addEventListener('abort', () => reject(request.signal.reason)))
      return new Response()
    })
    const given = new AbortController()
    const call = client.runs.get({ runId: 'a' }, { signal: given.signal })
    given.abort(new Error('enough'))
    await assert.rejects(call, { message: 'enough' })
  })
})
