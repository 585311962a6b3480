import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { gunzipSync } from 'node:zlib'
import { endpoint, raw } from '../wire/endpoint.ts'
import { invalid } from '../wire/errors.ts'
import { int64, list, message, nonEmpty, optional, string } from '../wire/schema.ts'
import { type AppOptions, createApp, routes } from './app.ts'

const things = {
  get: endpoint({
    method: 'GET',
    path: '/{api}/things/get',
    access: 'public',
    request: message('GetThing', { thingId: nonEmpty, parts: list(string) }),
    response: message('Thing', { thingId: string, parts: list(string) }),
  }),
  search: endpoint({
    method: ['POST', 'GET'],
    path: '/{api}/things/search',
    access: 'public',
    request: message('SearchThings', { limit: optional(int64) }),
    response: message('Things', { limit: optional(int64), text: optional(string) }),
  }),
  rename: endpoint({
    method: 'PATCH',
    path: '/{api}/things/:thingId/name',
    access: 'public',
    request: message('RenameThing', { thingId: nonEmpty, name: nonEmpty }),
    response: message('Renamed', { thingId: string, name: string }),
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/{api}/things/:thingId/name',
    access: 'public',
    request: message('DeleteName', { thingId: nonEmpty, why: optional(string) }),
    response: message('Deleted', { thingId: string, why: optional(string) }),
  }),
  file: endpoint({
    method: 'GET',
    path: '/{api}/files/:path{.+}',
    access: 'public',
    request: message('GetFile', { path: nonEmpty }),
    response: raw,
  }),
  upload: endpoint({
    method: 'PUT',
    path: '/{api}/files/:path{.+}',
    access: 'public',
    rawBody: true,
    request: message('PutFile', { path: nonEmpty }),
    response: message('Put', { path: string }),
  }),
  refuse: endpoint({
    method: 'POST',
    path: '/{api}/refuse',
    access: 'public',
    request: message('Refuse', {}),
    response: message('Refuse.Response', {}),
  }),
  break: endpoint({
    method: 'POST',
    path: '/{api}/break',
    access: 'public',
    request: message('Break', {}),
    response: message('Break.Response', {}),
  }),
}

function start(options?: AppOptions) {
  const cancelled: unknown[] = []
  const app = createApp(
    routes(things, {
      get: (request) => request,
      search: ({ limit }) => ({ ...(limit !== undefined && { limit }), text: 'x'.repeat(limit ?? 0) }),
      rename: (request) => request,
      delete: (request) => request,
      file: ({ path }) =>
        new Response(new ReadableStream({ cancel: (reason) => void cancelled.push(reason) }), {
          headers: { 'x-path': encodeURIComponent(path), 'content-length': '7' },
        }),
      upload: (request) => request,
      refuse: () => {
        throw invalid('field', 'it cannot be')
      },
      break: () => {
        throw new TypeError('the inside of the server')
      },
    }),
    options,
  )
  const ask = async (method: string, path: string, body?: string, headers: Record<string, string> = {}) => {
    const type = body !== undefined && method !== 'GET' ? { 'content-type': 'application/json' } : undefined
    return app(
      new Request(`http://localhost${path}`, {
        method,
        headers: { ...type, ...headers },
        ...(body !== undefined && method !== 'GET' && { body }),
      }),
    )
  }
  return { app, ask, cancelled }
}

describe('routes', () => {
  const answers: [method: string, path: string, body: string | undefined, json: object][] = [
    ['GET', '/api/things/get?thing_id=a&parts=x&parts=y', undefined, { thing_id: 'a', parts: ['x', 'y'] }],
    ['GET', '/ajax-api/things/get?thingId=a', undefined, { thing_id: 'a' }],
    ['GET', '/api/things/get?thing_id=a%20b%2Bc', undefined, { thing_id: 'a b+c' }],
    ['POST', '/api/things/search', '{"limit": "2"}', { limit: 2, text: 'xx' }],
    ['POST', '/api/things/search', '"{\\"limit\\": 2}"', { limit: 2, text: 'xx' }],
    ['POST', '/api/things/search', '', { text: '' }],
    ['GET', '/api/things/search?limit=1', undefined, { limit: 1, text: 'x' }],
    ['GET', '/api/things/search', undefined, { text: '' }],
    ['PATCH', '/api/things/a%2Fb/name', '{"name":"n"}', { thing_id: 'a/b', name: 'n' }],
    ['PATCH', '/api/things/a/name', '{"name":"n","thing_id":"other","thingId":"other"}', { thing_id: 'a', name: 'n' }],
    ['DELETE', '/api/things/a/name', '{"why":"w"}', { thing_id: 'a', why: 'w' }],
    ['DELETE', '/api/things/a/name', undefined, { thing_id: 'a' }],
    ['PUT', '/api/files/a/b%20c.txt', 'not json', { path: 'a/b c.txt' }],
  ]
  for (const [method, path, body, json] of answers)
    it(`answer ${method} ${path} ${body ?? ''}`, async () => {
      const response = await start().ask(method, path, body)
      assert.deepEqual([response.status, await response.json()], [200, json])
      assert.equal(response.headers.get('content-type'), 'application/json')
    })

  const refusals: [method: string, path: string, status: number, allow: string | null][] = [
    ['GET', '/nope', 404, null],
    ['POST', '/api/things', 404, null],
    ['GET', '/api/things/get/', 404, null],
    ['POST', '/api/things/get', 405, 'GET'],
    ['DELETE', '/ajax-api/things/search', 405, 'POST, GET'],
    ['POST', '/api/things/a/name', 405, 'PATCH, DELETE'],
    ['OPTIONS', '/api/files/x', 405, 'GET, PUT'],
  ]
  for (const [method, path, status, allow] of refusals)
    it(`answer ${status} without JSON to ${method} ${path}, as clients expect it`, async () => {
      const response = await start().ask(method, path)
      assert.deepEqual([response.status, response.headers.get('allow')], [status, allow])
      assert.match(response.headers.get('content-type')!, /^text\/plain/)
    })

  it('answer a known failure with its code, its sentence and what MLflow adds', async () => {
    const response = await start().ask('POST', '/api/refuse', '{}')
    assert.deepEqual(
      [response.status, await response.json()],
      [
        400,
        {
          error_code: 'INVALID_PARAMETER_VALUE',
          message: `Invalid value for 'field': it cannot be`,
          sqlstate: 'KAM00',
          error_class: 'INVALID_PARAMETER_VALUE',
        },
      ],
    )
  })

  it('tell a failure of ours to the log and not to the caller', async () => {
    const bugs: unknown[] = []
    const response = await start({ onBug: (error) => bugs.push(error) }).ask('POST', '/api/break', '{}')
    const body = await response.text()
    assert.equal(response.status, 500)
    assert.match(body, /"INTERNAL_ERROR"/)
    assert.doesNotMatch(body, /inside of the server/)
    assert.match(String(bugs), /TypeError: the inside of the server/)
  })

  it('hide a failure of the fallback too', async () => {
    const { ask } = start({
      fallback: () => {
        throw new Error('the inside of the server')
      },
    })
    const response = await ask('GET', '/page')
    assert.equal(response.status, 500)
    assert.doesNotMatch(await response.text(), /inside/)
  })

  it('answer HEAD as GET without its body, and let go of what that read from', async () => {
    const { ask, cancelled } = start()
    const response = await ask('HEAD', '/api/files/a.txt')
    assert.deepEqual([response.status, response.headers.get('content-length'), response.body], [200, '7', null])
    assert.equal(cancelled.length, 1)
    assert.equal((await ask('HEAD', '/api/things/get?thing_id=a')).status, 200)
    assert.equal((await ask('HEAD', '/nope')).status, 404)
  })

  it('lie below the prefix only', async () => {
    const { ask } = start({ prefix: '/ml' })
    const statuses = await Promise.all(
      ['/ml/api/things/search', '/api/things/search', '/ml/ml/api/things/search'].map((path) => ask('GET', path)),
    )
    assert.deepEqual(
      statuses.map(({ status }) => status),
      [200, 404, 404],
    )
  })

  it('tell how long every answer took', async () => {
    const told: unknown[] = []
    const { ask } = start({ onAnswer: (path, method, status, time) => told.push([path, method, status, time >= 0]) })
    await ask('GET', '/api/things/get?thing_id=a')
    await ask('GET', '/ajax-api/things/get')
    assert.deepEqual(told, [
      ['/{api}/things/get', 'GET', 200, true],
      ['/{api}/things/get', 'GET', 400, true],
    ])
  })

  const sizes: [path: string, accepts: string, limit: number, encoding: string | null][] = [
    ['/ajax-api/things/search', 'gzip, br', 5000, 'gzip'],
    ['/ajax-api/things/search', 'gzip', 10, null],
    ['/ajax-api/things/search', 'br', 5000, null],
    ['/api/things/search', 'gzip', 5000, null],
  ]
  for (const [path, accepts, limit, encoding] of sizes)
    it(`send ${limit} characters of ${path} as ${encoding ?? 'they are'} to who accepts ${accepts}`, async () => {
      const response = await start().ask('GET', `${path}?limit=${limit}`, undefined, { 'accept-encoding': accepts })
      const bytes = Buffer.from(await response.arrayBuffer())
      assert.equal(response.headers.get('content-encoding'), encoding)
      assert.equal(JSON.parse(String(encoding ? gunzipSync(bytes) : bytes)).text.length, limit)
    })

  it('cancel a body that nobody read', async () => {
    let cancelled = false
    const body = new ReadableStream({ cancel: () => void (cancelled = true) })
    const request = new Request('http://localhost/api/files/x', { method: 'PUT', body, duplex: 'half' } as RequestInit)
    await start().app(request)
    assert.ok(cancelled)
  })
})
