import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { pageFiles } from './pages.ts'

const root = mkdtempSync(join(tmpdir(), 'millrace-pages-'))
after(() => rmSync(root, { recursive: true }))
mkdirSync(join(root, 'assets'))
writeFileSync(join(root, 'index.html'), '<!doctype html>')
writeFileSync(join(root, 'assets/app-1a2b.js'), 'script')
writeFileSync(join(root, 'assets/app-1a2b.js.br'), brotliCompressSync('script'))
writeFileSync(join(root, 'assets/app-1a2b.js.gz'), gzipSync('script'))
writeFileSync(join(root, 'millrace.svg'), '<svg/>')

const ask = (path: string, { prefix = '', method = 'GET', accept = '' } = {}) =>
  pageFiles(prefix, root)(new Request(`http://localhost${path}`, { method, headers: { 'accept-encoding': accept } }))

describe('pages', () => {
  const cases: [path: string, status: number, type: string, prefix?: string, method?: string][] = [
    ['/', 200, 'text/html'],
    ['/index.html', 200, 'text/html'],
    ['/assets/app-1a2b.js', 200, 'text/javascript'],
    ['/millrace.svg', 200, 'image/svg+xml'],
    ['/nope.js', 404, 'text/plain; charset=utf-8'],
    ['/assets', 404, 'text/plain; charset=utf-8'],
    ['/assets/app-1a2b.js/x', 404, 'text/plain; charset=utf-8'],
    ['/', 404, 'text/plain; charset=utf-8', '', 'POST'],
    ['/ml/', 200, 'text/html', '/ml'],
    ['/ml/millrace.svg', 200, 'image/svg+xml', '/ml'],
    ['/millrace.svg', 404, 'text/plain; charset=utf-8', '/ml'],
    ['/mlx/', 404, 'text/plain; charset=utf-8', '/ml'],
  ]
  for (const [path, status, type, prefix, method] of cases)
    it(`answer ${status} to ${method ?? 'GET'} ${path} below '${prefix ?? ''}'`, async () => {
      const response = await ask(path, { prefix: prefix ?? '', method: method ?? 'GET' })
      assert.deepEqual([response.status, response.headers.get('content-type')], [status, type])
    })

  it('begin behind the slash of their prefix', async () => {
    const response = await ask('/ml', { prefix: '/ml' })
    assert.deepEqual([response.status, response.headers.get('location')], [308, '/ml/'])
  })

  it('may run their own scripts and no others', async () => {
    const policy = (await ask('/')).headers.get('content-security-policy')!
    assert.match(policy, /default-src 'self'/)
    assert.match(policy, /object-src 'none'/)
    assert.doesNotMatch(policy, /script-src[^;]*unsafe|default-src[^;]*unsafe|\*/)
  })

  it('are asked for anew, their hashed files are not', async () => {
    for (const path of ['/', '/millrace.svg']) assert.equal((await ask(path)).headers.get('cache-control'), 'no-cache')
    assert.match((await ask('/assets/app-1a2b.js')).headers.get('cache-control')!, /immutable/)
  })

  for (const [accept, encoding] of [
    ['gzip, deflate, br', 'br'],
    ['gzip', 'gzip'],
    ['', null],
  ] as const)
    it(`go out as ${encoding ?? 'they are'} to who accepts '${accept}'`, async () => {
      const { headers } = await ask('/assets/app-1a2b.js', { accept })
      assert.deepEqual(
        [headers.get('content-encoding'), headers.get('content-type'), headers.get('vary')],
        [encoding, 'text/javascript', 'Accept-Encoding'],
      )
    })
})
