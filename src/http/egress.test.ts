import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createSocketServer, type Server } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { after, describe, it } from 'node:test'
import { createServer as createTlsServer } from 'node:tls'
import { createEgress, type EgressOptions } from './egress.ts'

const PUBLIC = '93.184.215.14'
const NAMES: Record<string, string[]> = {
  'hooks.example': [PUBLIC, '2606:2800:21f:cb07:6820:80da:af6b:8b2c'],
  'localhost.': ['127.0.0.1'],
  localhost: ['127.0.0.1', '::1'],
  'inside.example': ['10.0.0.7'],
  'metadata.google.internal': ['169.254.169.254'],
  'half.example': [PUBLIC, '192.168.1.1'],
  'mapped.example': ['::ffff:10.0.0.7'],
  'nat64.example': ['64:ff9b::a00:7'],
  'nothing.example': [],
}

const toAddresses = (names: readonly string[]): LookupAddress[] =>
  names.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

async function resolve(host: string): Promise<LookupAddress[]> {
  if (!NAMES[host]) throw new Error('ENOTFOUND')
  return toAddresses(NAMES[host])
}

const both = { allowedSchemes: ['http', 'https'], resolve }

describe('URLs that may be reached', () => {
  const cases: [url: string, options?: EgressOptions][] = [
    ['https://hooks.example/path?query#part'],
    ['https://HOOKS.example:8443/'],
    ['https://hooks.example/@someone'],
    [`https://${PUBLIC}/`],
    ['https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/'],
    ['http://hooks.example/', both],
    ['http://127.0.0.1:8080/', { ...both, allowPrivate: true }],
    ['http://localhost/', { ...both, allowPrivate: true }],
  ]
  for (const [url, options] of cases)
    it(url, async () => {
      await createEgress({ resolve, ...options }).check(url)
    })
})

describe('URLs that may not', () => {
  const addresses = [
    // this machine, and whatever it stands for
    '127.0.0.1',
    '127.255.255.254',
    '0.0.0.0',
    '0.1.2.3',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::]',
    // private networks, carriers' and links
    '10.0.0.1',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '100.64.0.1',
    '100.100.100.200',
    '169.254.169.254',
    '168.63.129.16',
    '192.0.0.192',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '[fec0::1]',
    // for many, for nobody, for tests
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '192.88.99.1',
    '[ff02::1]',
    '[100::1]',
    '[2001:db8::1]',
    '[3fff::1]',
    '[5f00::1]',
    '[4000::1]',
    // an IPv4 address inside an IPv6 one: mapped, compatible, translated, NAT64, 6to4, Teredo
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::ffff:10.0.0.1]',
    `[::ffff:${PUBLIC}]`,
    '[::127.0.0.1]',
    '[::7f00:1]',
    '[::ffff:0:127.0.0.1]',
    '[64:ff9b::127.0.0.1]',
    '[64:ff9b::a9fe:a9fe]',
    '[64:ff9b:1::a00:1]',
    '[2002:7f00:1::]',
    '[2002:a9fe:a9fe::1]',
    '[2001:0:4136:e378:8000:63bf:80ff:fffe]',
    // other ways to write one
    '2130706433',
    '0x7f000001',
    '0x7f.0.0.1',
    '0177.0.0.1',
    '017700000001',
    '127.1',
    '127.0.1',
    '0',
    '0x0',
    '127.0.0.1.',
    '00000000177.0.0.1',
    '0xA9.0xFE.0xA9.0xFE',
    '2852039166',
    '169.254.43518',
    '%31%32%37.0.0.1',
    '１２７.0.0.1',
    '①②⑦.⓪.⓪.①',
    '127。0。0。1',
    '127.0.0.1%00.hooks.example',
    '93.184.55054',
    '1572394766',
    '0x5db8d70e',
    // names
    'localhost',
    'LOCALHOST',
    'localhost.',
    'inside.example',
    'metadata.google.internal',
    'half.example',
    'mapped.example',
    'nat64.example',
    'nothing.example',
    'unknown.example',
  ]
  const urls = [
    ...addresses.map((host) => `http://${host}/`),
    // where the host ends
    'https://user@hooks.example/',
    'https://user:password@hooks.example/',
    'https://@hooks.example/',
    'https://hooks.example@127.0.0.1/',
    'https://hooks.example:80@127.0.0.1/',
    'https://hooks.example%40127.0.0.1/',
    'https://127.0.0.1#@hooks.example/',
    'https://127.0.0.1\\@hooks.example/',
    'https:\\\\hooks.example/',
    'https:/hooks.example/',
    'https:hooks.example',
    '//hooks.example/',
    'https:///hooks.example/',
    'https://hooks.example\t/',
    'https://hooks\n.example/',
    ' https://hooks.example/',
    'https://hooks.example/a b',
    'https://hooks.example/\0',
    'https://hooks.example\u2028/',
    'https://[::1%25eth0]/',
    'https://[::1/',
    'https://[v1.x]/',
    'https://hooks.example:99999/',
    'https://',
    '',
    'nothing',
    `https://hooks.example/${'x'.repeat(2100)}`,
    // not http
    'ftp://hooks.example/',
    'file:///etc/passwd',
    'file://hooks.example/etc/passwd',
    'gopher://127.0.0.1:6379/_FLUSHALL',
    'dict://hooks.example/',
    'ldap://hooks.example/',
    'ws://hooks.example/',
    'data:text/plain,x',
    'javascript:alert(1)',
    'unix:/var/run/docker.sock',
    'http+unix://%2Fvar%2Frun%2Fdocker.sock/',
    'blob:https://hooks.example/x',
    'jar:https://hooks.example/x!/',
    'view-source:https://hooks.example/',
  ]
  for (const url of urls)
    it(JSON.stringify(url.slice(0, 80)), async () => {
      const egress = createEgress(both)
      await assert.rejects(egress.check(url), {
        code: 'INVALID_PARAMETER_VALUE',
        message: /^Invalid value for 'url': /,
      })
      await assert.rejects(egress.post(url, {}, ''), { name: 'ApiError' })
    })

  it('are those over http, unless it is allowed', async () => {
    await assert.rejects(createEgress({ resolve }).check('http://hooks.example/'), /expected https, got 'http'/)
  })

  it('are named without the address that the name led to', async () => {
    await assert.rejects(createEgress(both).check('http://inside.example/'), ({ message }: Error) => {
      assert.doesNotMatch(message, /10\.0/)
      return true
    })
  })

  it('stay so when private addresses are allowed and the scheme is not', async () => {
    const egress = createEgress({ ...both, allowPrivate: true })
    for (const url of ['ftp://127.0.0.1/', 'file:///etc/passwd', 'http://user@127.0.0.1/', 'http://2130706433/'])
      await assert.rejects(egress.check(url), { code: 'INVALID_PARAMETER_VALUE' })
  })
})

describe('a request', { timeout: 20_000 }, () => {
  const servers: Server[] = []
  after(() => {
    for (const server of servers) server.close()
  })
  const listen = async (server: Server) => {
    servers.push(server)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return (server.address() as AddressInfo).port
  }
  const serve = (listener: RequestListener) => listen(createServer({ keepAlive: false }, listener))
  /** An egress for which `hooks.example` is on this machine. */
  const local = (options: EgressOptions = {}) =>
    createEgress({ ...both, allowPrivate: true, resolve: async () => toAddresses(['127.0.0.1']), ...options })

  it('goes to the address that was checked, for the name that was asked', async () => {
    let seen: unknown[] = []
    const port = await serve(async (request, response) => {
      const body = await buffer(request)
      seen = [request.method, request.url, request.headers.host, request.headers['x-a'], String(body)]
      response.end()
    })
    assert.deepEqual(await local().post(`http://hooks.example:${port}/p?q`, { 'x-a': '1' }, 'é'), { status: 200 })
    assert.deepEqual(seen, ['POST', '/p?q', `hooks.example:${port}`, '1', 'é'])
  })

  it('resolves a name once, so that a name which changes leads nowhere', async () => {
    let asked = 0
    let reached = 0
    const port = await serve((_, response) => {
      reached++
      response.end()
    })
    const egress = createEgress({
      ...both,
      timeoutMs: 300,
      resolve: async () => toAddresses([asked++ === 0 ? '240.0.0.1' : '127.0.0.1']),
      allowPrivate: true,
    })
    await assert.rejects(egress.post(`http://hooks.example:${port}/`, {}, ''), { code: 'TEMPORARILY_UNAVAILABLE' })
    assert.deepEqual([asked, reached], [1, 0])
  })

  it('offers the name, not the address, for the certificate, and insists on one', async () => {
    let name: string | undefined
    const server = createTlsServer({
      SNICallback(asked, callback) {
        name = asked
        callback(null)
      },
    })
    server.on('tlsClientError', () => {})
    const port = await listen(server)
    await assert.rejects(local().post(`https://hooks.example:${port}/`, {}, ''), { code: 'TEMPORARILY_UNAVAILABLE' })
    assert.equal(name, 'hooks.example')
  })

  it('is answered by a redirect, which is not followed', async () => {
    let reached = 0
    const inside = await serve((_, response) => {
      reached++
      response.end()
    })
    for (const status of [301, 302, 303, 307, 308]) {
      const port = await serve((_, response) => {
        response.writeHead(status, { location: `http://127.0.0.1:${inside}/` }).end()
      })
      assert.deepEqual(await local().post(`http://hooks.example:${port}/`, {}, ''), { status })
    }
    assert.equal(reached, 0)
  })

  it('does not go through a proxy of the environment', async () => {
    let proxied = 0
    const proxy = await serve((_, response) => {
      proxied++
      response.end()
    })
    const port = await serve((_, response) => {
      response.writeHead(204).end()
    })
    process.env['NODE_USE_ENV_PROXY'] = '1'
    process.env['http_proxy'] = process.env['HTTP_PROXY'] = `http://127.0.0.1:${proxy}`
    try {
      assert.deepEqual(await local().post(`http://hooks.example:${port}/`, {}, ''), { status: 204 })
    } finally {
      for (const each of ['NODE_USE_ENV_PROXY', 'http_proxy', 'HTTP_PROXY']) delete process.env[each]
    }
    assert.equal(proxied, 0)
  })

  it('takes no more of an answer than it needs, and tells nothing of its body', async () => {
    let sent = 0
    const port = await serve((_, response) => {
      response.on('error', () => {})
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(16_384))) sent += 16_384
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    })
    assert.deepEqual(await local().post(`http://hooks.example:${port}/`, {}, ''), { status: 200 })
    assert.ok(sent < 20_000_000, `${sent} bytes`)
  })

  it('says how long it is asked to wait', async () => {
    const port = await serve((_, response) => {
      response.writeHead(429, { 'retry-after': '17' }).end()
    })
    assert.deepEqual(await local().post(`http://hooks.example:${port}/`, {}, ''), {
      status: 429,
      retryAfterSeconds: 17,
    })
  })

  const silent: [what: string, open: () => Promise<number>][] = [
    ['accepts and says nothing', () => listen(createSocketServer((socket) => socket.on('error', () => {})))],
    [
      'never ends its answer',
      () =>
        serve((_, response) => {
          response.write('x')
        }),
    ],
    [
      'sends its headers a byte at a time',
      () =>
        listen(
          createSocketServer((socket) => {
            const timer = setInterval(() => socket.write('H'), 50)
            socket.on('error', () => {}).on('close', () => clearInterval(timer))
          }),
        ),
    ],
  ]
  for (const [what, open] of silent)
    it(`gives up a server that ${what}`, async () => {
      const port = await open()
      const start = performance.now()
      await assert.rejects(local({ timeoutMs: 300 }).post(`http://hooks.example:${port}/`, {}, ''), {
        code: 'TEMPORARILY_UNAVAILABLE',
      })
      assert.ok(performance.now() - start < 3000)
    })

  it('gives up a name that is never resolved', async () => {
    const egress = createEgress({ ...both, timeoutMs: 100, resolve: () => new Promise(() => {}) })
    const kept = setTimeout(() => {}, 5000)
    await assert.rejects(egress.post('https://hooks.example/', {}, ''), { code: 'TEMPORARILY_UNAVAILABLE' })
    clearTimeout(kept)
  })

  it('says that nothing listens', async () => {
    const server = createSocketServer()
    const port = await listen(server)
    server.close()
    await once(server, 'close')
    await assert.rejects(local().post(`http://hooks.example:${port}/`, {}, ''), /the connection was refused/)
  })
})
