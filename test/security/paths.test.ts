import assert from 'node:assert/strict'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { createClient } from '../../src/client/client.ts'
import { type RunningServer, startServer } from '../../src/server/server.ts'
import { contract } from '../../src/wire/index.ts'

const SECRET = 'the secret beside the artifacts'

const UP = '../'.repeat(8)

/** Paths that must be refused wherever they are given; `{outside}` is the folder around the artifacts. */
const CLIMBING = [
  '../secret.txt',
  `${UP}etc/passwd`,
  'a/../../secret.txt',
  './../secret.txt',
  '.././secret.txt',
  '..',
  'a/..',
  '..\\secret.txt',
  'a\\..\\..\\secret.txt',
  '\\secret.txt',
  '%2e%2e/secret.txt',
  '%2E%2E%2Fsecret.txt',
  '..%2fsecret.txt',
  '..%5csecret.txt',
  '%252e%252e%252fsecret.txt',
  '%25252e%25252e/secret.txt',
  '..%252fsecret.txt',
  '%2e%2e%5csecret.txt',
  'a%2f..%2f..%2fsecret.txt',
  '.. /secret.txt',
  '..\u0000/secret.txt',
  'secret.txt\u0000.png',
  'secret.txt%00.png',
  'a\nb',
  'a%0d%0ab',
  '{outside}/secret.txt',
  '/{outside}/secret.txt',
  '%2fetc/passwd',
  '%252fetc/passwd',
  'file:{outside}/secret.txt',
  'file://{outside}/secret.txt',
  'file:%2f%2f{outside}/secret.txt',
  'http://169.254.169.254/latest',
  'C:/Windows/win.ini',
  'C:\\Windows\\win.ini',
  'c:secret.txt',
  'C%3a/Windows/win.ini',
  '\\\\host\\share\\x',
  '\\\\?\\C:\\x',
  '%5c%5chost%5cshare',
  'a#/../../secret.txt',
  'a%23b',
  `${'a/'.repeat(3000)}b`,
  'out/secret.txt',
  'out/new.txt',
  'out/sub/new.txt',
  'peek',
  'folder/out/secret.txt',
  'folder/peek',
  'loop/x',
]

/** Paths that look like climbing and are plain names: they may be used, and stay inside. */
const ODD = [
  '....//secret.txt',
  '..;/secret.txt',
  '...',
  '~root/.bashrc',
  '$HOME/x',
  '%c0%ae%c0%ae/secret.txt',
  '\uff0e\uff0e/secret.txt',
  `${'n'.repeat(300)}.txt`,
  'ok.txt/child',
  'folder',
  'dangling',
  'dangling/x',
  'a;b?c',
]

describe('paths', () => {
  let outside: string
  let server: RunningServer
  let places: Record<string, (path: string) => Promise<Answer>>
  /** Here a path may turn into that of another page or route before anyone looks at it. */
  let plain: typeof places

  before(async () => {
    outside = mkdtempSync(join(tmpdir(), 'millrace-paths-'))
    server = await startServer({
      port: 0,
      backendStoreUri: `sqlite:///${outside}/db/store.db`,
      artifactsDestination: join(outside, 'artifacts'),
    })
    const client = createClient(contract, { baseUrl: server.url })
    const { run } = await client.runs.create({ experimentId: '0' })
    const { model } = await client.loggedModels.create({ experimentId: '0' })
    const { runId, artifactUri } = run.info
    const { modelId } = model!.info!
    writeFileSync(join(outside, 'secret.txt'), SECRET)
    const below = (uri: string) => join(outside, uri.replace('mlflow-artifacts:', 'artifacts'))
    for (const root of [join(outside, 'artifacts'), below(artifactUri), below(model!.info!.artifactUri)]) furnish(root)

    const send = (method: string, path: string) => ask(server.url, method, path)
    const proxy = '/api/2.0/mlflow-artifacts/artifacts'
    const whole = encodeURIComponent
    const parts = (path: string) => path.split('/').map(whole).join('/')
    const own = `/ajax-api/2.0/mlflow/logged-models/${modelId}/artifacts`
    places = {
      'the list of a run': (path) => send('GET', `/api/2.0/mlflow/artifacts/list?run_id=${runId}&path=${whole(path)}`),
      'the file of a run': (path) => send('GET', `/get-artifact?run_id=${runId}&path=${whole(path)}`),
      'the upload to a run': (path) =>
        send('POST', `/ajax-api/2.0/mlflow/upload-artifact?run_uuid=${runId}&path=${whole(path)}`),
      'the list of a model': (path) => send('GET', `${own}/directories?artifact_directory_path=${whole(path)}`),
      'the file of a model': (path) => send('GET', `${own}/files?artifact_file_path=${whole(path)}`),
      'the list of the proxy': (path) => send('GET', `${proxy}?path=${whole(path)}`),
      'the download of the proxy': (path) => send('GET', `${proxy}/${parts(path)}`),
      'the upload of the proxy': (path) => send('PUT', `${proxy}/${parts(path)}`),
      'the removal of the proxy': (path) => send('DELETE', `${proxy}/${parts(path)}`),
      'a multipart upload': (path) => send('POST', `/api/2.0/mlflow-artifacts/mpu/create/${parts(path)}`),
    }
    const bare = (path: string) => path.replace(/[^!-~]/g, whole)
    plain = {
      'the pages': (path) => send('GET', `/${parts(path)}`),
      'the pages, bare': (path) => send('GET', `/${bare(path)}`),
      'the download of the proxy, bare': (path) => send('GET', `${proxy}/${bare(path)}`),
      'the upload of the proxy, bare': (path) => send('PUT', `${proxy}/${bare(path)}`),
      'the removal of the proxy, bare': (path) => send('DELETE', `${proxy}/${bare(path)}`),
    }
  })

  after(async () => {
    await server.close()
    rmSync(outside, { recursive: true })
  })

  function furnish(root: string): void {
    mkdirSync(join(root, 'folder'), { recursive: true })
    writeFileSync(join(root, 'ok.txt'), 'ok')
    for (const folder of [root, join(root, 'folder')]) {
      symlinkSync(outside, join(folder, 'out'))
      symlinkSync(join(outside, 'secret.txt'), join(folder, 'peek'))
    }
    symlinkSync(join(outside, 'nothing'), join(root, 'dangling'))
    symlinkSync('loop', join(root, 'loop'))
  }

  for (const path of CLIMBING)
    it(`refuses ${JSON.stringify(path.slice(0, 60))} everywhere`, async () => {
      const found = snapshot(outside)
      for (const [place, use] of Object.entries(places)) {
        const { status, body } = await use(path.replace('{outside}', outside))
        assert.ok([400, 404, 501].includes(status), `${place} answered ${status}: ${body}`)
        assert.ok(!body.includes(SECRET) && !body.includes('root:'), place)
      }
      await staysInside(plain, path)
      assert.deepEqual(snapshot(outside), found)
    })

  for (const path of ODD)
    it(`keeps ${JSON.stringify(path.slice(0, 60))} inside`, async () => {
      const found = snapshot(outside)
      await staysInside({ ...places, ...plain }, path)
      assert.deepEqual(snapshot(outside), found)
    })

  async function staysInside(all: typeof places, path: string): Promise<void> {
    for (const [place, use] of Object.entries(all)) {
      const { status, body } = await use(path.replace('{outside}', outside))
      assert.ok(status < 500 || status === 501, `${place} answered ${status}: ${body}`)
      assert.ok(!body.includes(SECRET) && !body.includes('root:'), place)
    }
  }

  it('does not list links that lead out', async () => {
    for (const place of ['the list of a run', 'the list of a model', 'the list of the proxy'])
      assert.doesNotMatch((await places[place]!('')).body, /"(out|peek)"/)
  })

  it('reads and removes what is there', async () => {
    assert.equal((await places['the upload of the proxy']!('new/file.txt')).status, 200)
    assert.equal((await places['the download of the proxy']!('new/file.txt')).body, 'sent')
    assert.equal((await places['the removal of the proxy']!('new')).status, 200)
    assert.equal((await places['the download of the proxy']!('new/file.txt')).status, 404)
  })
})

interface Answer {
  readonly status: number
  readonly body: string
}

/** Sends a path as it is, which `fetch` would make plain first. */
function ask(url: string, method: string, path: string): Promise<Answer> {
  const { port } = new URL(url)
  const sent = method === 'PUT' || method === 'POST' ? 'sent' : ''
  return new Promise((resolve, reject) => {
    const headers = { ...(sent && { 'content-length': sent.length, 'content-type': 'application/json' }) }
    request({ port, host: '127.0.0.1', method, path, headers, timeout: 5000 }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (text) => (body += text))
      response.on('end', () => resolve({ status: response.statusCode!, body }))
    })
      .on('error', reject)
      .end(sent)
  })
}

/** Every file around the artifacts and the store with its content, as far as links go. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = join(folder, entry.name)
    if (['artifacts', 'db'].includes(entry.name)) return [file]
    if (entry.isSymbolicLink()) return [`${file} -> ${readlinkSync(file)}`]
    return entry.isDirectory() ? snapshot(file) : [`${file} ${readFileSync(file, 'utf8')}`]
  })
}
