import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { secured, type SecurityOptions } from './security.ts'

const app = async () => new Response('answered')

const ask = (options: SecurityOptions, method: string, path: string, headers: Record<string, string>) =>
  secured(app, options)(new Request(`http://localhost${path}`, { method, headers }))

describe('hosts', () => {
  const cases: [host: string, status: number, options?: SecurityOptions, path?: string][] = [
    ['localhost', 200],
    ['localhost:5000', 200],
    ['LocalHost:5000', 200],
    ['127.0.0.1:5000', 200],
    ['[::1]:5000', 200],
    ['0.0.0.0', 200],
    ['192.168.1.20:5000', 200],
    ['10.1.2.3', 200],
    ['172.16.0.1', 200],
    ['172.31.255.1', 200],
    ['[fd12:3456::1]:5000', 200],
    ['172.32.0.1', 403],
    ['8.8.8.8', 403],
    ['evil.example', 403],
    ['localhost.evil.example', 403],
    ['127.0.0.1.evil.example', 403],
    ['10.evil.example', 403],
    ['192.168.1.evil.example', 403],
    ['192.168.1.20.evil.example:5000', 403],
    ['[fd00:evil', 403],
    ['evil.example:localhost', 403],
    ['localhost@evil.example', 403],
    ['', 403],
    ['evil.example', 200, {}, '/health'],
    ['evil.example', 200, {}, '/version?x=1'],
    ['evil.example', 403, {}, '/api/2.0/mlflow-artifacts/artifacts/version'],
    ['evil.example', 403, {}, '/get-artifact?path=/health'],
    ['evil.example', 200, { staticPrefix: '/ml' }, '/ml/health'],
    ['evil.example', 403, { staticPrefix: '/ml' }, '/health'],
    ['ml.example', 200, { allowedHosts: ['ml.example'] }],
    ['ml.example:8080', 200, { allowedHosts: ['ml.example'] }],
    ['ml.example:8080', 403, { allowedHosts: ['ml.example:5000'] }],
    ['a.ml.example', 200, { allowedHosts: ['*.ml.example'] }],
    ['mlxexample', 403, { allowedHosts: ['ml.example'] }],
    ['localhost', 403, { allowedHosts: ['ml.example'] }],
    ['10.0.0.1', 403, { allowedHosts: ['ml.example'] }],
    ['anything.example', 200, { allowedHosts: ['*'] }],
  ]
  for (const [host, status, options = {}, path = '/api/2.0/mlflow/runs/get'] of cases)
    it(`answers ${status} to '${host}' for ${path} with ${JSON.stringify(options)}`, async () => {
      const response = await ask(options, 'GET', path, { host })
      assert.equal(response.status, status)
    })
})

describe('origins', () => {
  const host = 'ml.example:5000'
  const own = { allowedHosts: ['ml.example'] }
  const cases: [method: string, origin: string, status: number, allowed: string | null, options?: SecurityOptions][] = [
    ['POST', 'http://ml.example:5000', 200, null],
    ['POST', 'https://ml.example:5000', 200, null],
    ['POST', 'http://localhost:3000', 200, 'http://localhost:3000'],
    ['POST', 'http://evil.example', 403, null],
    ['PUT', 'http://evil.example', 403, null],
    ['PATCH', 'http://evil.example', 403, null],
    ['DELETE', 'http://evil.example', 403, null],
    ['GET', 'http://evil.example', 200, null],
    ['POST', 'null', 403, null],
    ['POST', 'http://ml.example', 403, null],
    ['POST', 'http://localhost.evil.example', 403, null],
    ['POST', 'http://evil.example/http://localhost', 403, null],
    ['POST', 'https://ui.example', 200, 'https://ui.example', { corsAllowedOrigins: ['https://ui.example'] }],
    ['POST', 'https://a.ui.example', 200, 'https://a.ui.example', { corsAllowedOrigins: ['https://*.ui.example'] }],
    ['POST', 'http://ui.example', 403, null, { corsAllowedOrigins: ['https://ui.example'] }],
    ['POST', 'http://any.example', 200, '*', { corsAllowedOrigins: ['*'] }],
  ]
  for (const [method, origin, status, allowed, options] of cases)
    it(`answers ${status} to ${method} from ${origin} with ${JSON.stringify(options ?? {})}`, async () => {
      const response = await ask({ ...own, ...options }, method, '/api/2.0/mlflow/runs/create', { host, origin })
      const { headers } = response
      assert.equal(response.status, status)
      assert.equal(headers.get('access-control-allow-origin'), allowed)
      assert.equal(headers.get('access-control-allow-credentials'), allowed && allowed !== '*' ? 'true' : null)
    })

  it('answers a preflight of a trusted origin itself, and gives another no right', async () => {
    const preflight = (origin: string) =>
      ask({}, 'OPTIONS', '/api/2.0/mlflow/runs/create', {
        host: 'localhost',
        origin,
        'access-control-request-method': 'POST',
      })
    const [trusted, foreign] = await Promise.all([preflight('http://localhost:3000'), preflight('http://evil.example')])
    assert.deepEqual([trusted.status, foreign.status], [204, 204])
    assert.match(trusted.headers.get('access-control-allow-methods')!, /PATCH/)
    assert.equal(foreign.headers.get('access-control-allow-origin'), null)
  })
})

describe('headers', () => {
  for (const [xFrameOptions, found] of [
    [undefined, 'SAMEORIGIN'],
    ['DENY', 'DENY'],
    ['NONE', null],
  ] as const)
    it(`carries x-frame-options ${found} when asked for ${xFrameOptions}, and nosniff`, async () => {
      const { headers } = await ask(xFrameOptions ? { xFrameOptions } : {}, 'GET', '/', { host: 'localhost' })
      assert.equal(headers.get('x-frame-options'), found)
      assert.equal(headers.get('x-content-type-options'), 'nosniff')
    })
})
