import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { before, describe, it } from 'node:test'
import { text } from 'node:stream/consumers'
import { needs } from '../../test/parts.ts'
import { openS3 } from '../../test/stores.ts'
import type { Blobs } from './blobs.ts'
import { blobsSuite } from './blobs.suite.ts'
import { directSuite, guardedSuite, partsSuite } from './direct.suite.ts'
import { s3Blobs } from './s3.ts'
import { readS3Settings } from './s3-settings.ts'

const bytes = (content: string) => new TextEncoder().encode(content)

describe('S3', needs('python'), () => {
  let environment: Record<string, string>
  let n = 0
  const open = (changes: Record<string, string> = {}, bucket = 'millrace') =>
    s3Blobs(readS3Settings(bucket, { ...environment, ...changes }), `root/${n++}`)
  before(async () => {
    environment = await openS3()
  })

  for (const suite of [blobsSuite, directSuite, guardedSuite, partsSuite]) suite('S3', async () => open())

  it('lists, counts and removes more than a page of keys', async () => {
    const blobs = open()
    const paths = Array.from({ length: 50 }, (_, i) => `dir/${i % 2 ? 'sub/' : ''}${String(i).padStart(3, '0')}`).sort()
    await Promise.all(paths.map((path) => blobs.write(path, bytes(path))))
    const files = paths.filter((path) => !path.includes('sub'))
    assert.deepEqual(
      (await blobs.list('dir')).map(({ path }) => path),
      [...files, 'dir/sub'],
    )
    assert.equal((await blobs.usage('dir')).files, 50)
    await blobs.remove('dir')
    assert.deepEqual(await blobs.usage(''), { files: 0, bytes: 0 })
  })

  it('keeps a large file that comes in parts', async () => {
    const blobs = open()
    const content = new Uint8Array(13_000_000).map((_, i) => i % 251)
    let sent = 0
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) =>
        sent < content.length ? controller.enqueue(content.slice(sent, (sent += 700_000))) : controller.close(),
    })
    await blobs.write('large', stream)
    const read = await new Response((await blobs.read('large')).stream).bytes()
    assert.ok(Buffer.from(content).equals(read))
  })

  it('keeps to its root and its bucket, whatever path comes', async () => {
    const inner = open()
    for (const path of ['../x', 'a/../../../other/x', '..', './x'])
      for (const call of [inner.read(path), inner.write(path, bytes('x')), inner.list(path), inner.remove(path)])
        await assert.rejects(call, { code: 'INVALID_PARAMETER_VALUE' })
  })

  const refusals: [what: string, changes: Record<string, string>, bucket: string, code: string, message: RegExp][] = [
    ['no bucket', {}, 'nobody', 'INVALID_STATE', /^There is no bucket 'nobody'$/],
    [
      'a wrong secret',
      { AWS_SECRET_ACCESS_KEY: 'guess' },
      'millrace',
      'PERMISSION_DENIED',
      /403 SignatureDoesNotMatch/,
    ],
    ['an unknown key', { AWS_ACCESS_KEY_ID: 'guess' }, 'millrace', 'PERMISSION_DENIED', /403 InvalidAccessKeyId/],
    [
      'no server',
      { MLFLOW_S3_ENDPOINT_URL: 'http://127.0.0.1:1' },
      'millrace',
      'TEMPORARILY_UNAVAILABLE',
      /^The bucket 'millrace' cannot be reached: ECONNREFUSED$/,
    ],
  ]
  for (const [what, changes, bucket, code, message] of refusals)
    it(`says that there is ${what}, and no secret`, async () => {
      const blobs = open(changes, bucket)
      const calls = [blobs.list(''), blobs.write('x', bytes('x')), blobs.usage('')]
      for (const outcome of await Promise.allSettled(calls)) {
        assert.equal(outcome.status, 'rejected')
        assert.equal(outcome.reason.code, code)
        assert.match(outcome.reason.message, message)
        assert.doesNotMatch(outcome.reason.message, /guess|secret/)
      }
    })

  it('asks again when the bucket is busy', async () => {
    const answers = [503, 500, 200]
    const busy = createServer((_, response) => response.writeHead(answers.shift()!, { etag: '"x"' }).end('content'))
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve))
    const { port } = busy.address() as AddressInfo
    const blobs: Blobs = open({ MLFLOW_S3_ENDPOINT_URL: `http://127.0.0.1:${port}` })
    assert.equal(await text((await blobs.read('x')).stream), 'content')
    busy.close()
    busy.closeAllConnections()
  })
})

describe('settings of S3', () => {
  const urls: [environment: Record<string, string>, bucket: string, url: string][] = [
    [{}, 'b', 'https://b.s3.us-east-1.amazonaws.com'],
    [{ AWS_REGION: 'eu-west-1' }, 'b', 'https://b.s3.eu-west-1.amazonaws.com'],
    [{ AWS_DEFAULT_REGION: 'eu-west-1' }, 'dots.in.it', 'https://s3.eu-west-1.amazonaws.com/dots.in.it'],
    [{ MLFLOW_S3_ENDPOINT_URL: 'http://minio:9000/' }, 'b', 'http://minio:9000/b'],
    [{ AWS_ENDPOINT_URL: 'http://minio:9000' }, 'b', 'http://minio:9000/b'],
    [
      { MLFLOW_S3_ENDPOINT_URL: 'https://store', MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: 'virtual' },
      'b',
      'https://b.store',
    ],
  ]
  for (const [environment, bucket, url] of urls)
    it(`lead to ${url} from ${JSON.stringify(environment)}`, () => {
      assert.equal(readS3Settings(bucket, environment).url, url)
    })

  const refusals: [environment: Record<string, string>, message: RegExp][] = [
    [{ MLFLOW_S3_ENDPOINT_URL: 'minio:9000' }, /'MLFLOW_S3_ENDPOINT_URL': expected http:\/\/…/],
    [{ MLFLOW_S3_UPLOAD_EXTRA_ARGS: '{' }, /expected JSON, got '\{'/],
    [{ MLFLOW_S3_UPLOAD_EXTRA_ARGS: '{"Metadata": {}}' }, /'Metadata' is not one of ACL, ServerSideEncryption/],
  ]
  for (const [environment, message] of refusals)
    it(`refuse ${JSON.stringify(environment)}`, () => {
      assert.throws(() => readS3Settings('b', environment), { code: 'INVALID_PARAMETER_VALUE', message })
    })
})
