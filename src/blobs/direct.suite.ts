import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { text } from 'node:stream/consumers'
import type { Blobs, Direct, SignedRequest, UploadsInParts } from './blobs.ts'

const bytes = (content: string) => new TextEncoder().encode(content)
const put = ({ url, headers }: SignedRequest, body: string | Uint8Array<ArrayBuffer>) =>
  fetch(url, { method: 'PUT', headers, body })

/** What every store must do that gives others ways to its bytes. */
export function directSuite(name: string, open: () => Promise<Blobs>): void {
  const openDirect = async () => {
    const blobs = await open()
    return { blobs, direct: blobs.direct as Direct }
  }

  describe(`signed requests: ${name}`, () => {
    it('download a file, and parts of it', async () => {
      const { blobs, direct } = await openDirect()
      await blobs.write('dir/a b ü.txt', bytes('0123456789'))
      const { url, headers, size } = await direct.signDownload('dir/a b ü.txt', 60)
      assert.equal(size, 10)
      assert.equal(await (await fetch(url, { headers })).text(), '0123456789')
      const part = await fetch(url, { headers: { ...headers, range: 'bytes=3-5' } })
      assert.deepEqual([part.status, await part.text()], [206, '345'])
    })

    it('are not given for a file that is not there', async () => {
      const { direct } = await openDirect()
      await assert.rejects(direct.signDownload('nope', 60), { code: 'RESOURCE_DOES_NOT_EXIST' })
    })

    it('upload a file', async () => {
      const { blobs, direct } = await openDirect()
      const answer = await put(await direct.signUpload('dir/new.txt', 60), 'new')
      assert.ok(answer.ok, await answer.text())
      assert.equal(await text((await blobs.read('dir/new.txt')).stream), 'new')
    })
  })
}

/** What every store must do whose signed requests can refuse. */
export function guardedSuite(name: string, open: () => Promise<Blobs>): void {
  describe(`the right of signed requests: ${name}`, () => {
    it('is for one file, one way and a time', async () => {
      const blobs = await open()
      const direct = blobs.direct as Direct
      await blobs.write('a.txt', bytes('a'))
      await blobs.write('b.txt', bytes('b'))
      const signed = await direct.signDownload('a.txt', 60)
      const brief = await direct.signDownload('a.txt', 1)
      assert.equal((await fetch(signed.url.replace('a.txt', 'b.txt'))).status, 403)
      assert.equal((await put(signed, 'changed')).status, 403)
      assert.equal((await fetch(signed.url.split('?')[0]!)).ok, false)
      await new Promise((resolve) => setTimeout(resolve, 2100))
      assert.equal((await fetch(brief.url)).status, 403)
      assert.equal(await (await fetch(signed.url)).text(), 'a')
    })
  })
}

/** What every store must do that takes uploads in parts. */
export function partsSuite(name: string, open: () => Promise<Blobs>): void {
  const openUploads = async () => {
    const blobs = await open()
    return { blobs, uploads: blobs.direct!.inParts as UploadsInParts }
  }

  describe(`uploads in parts: ${name}`, () => {
    it('make one file, which is not seen before', async () => {
      const { blobs, uploads } = await openUploads()
      const contents = [new Uint8Array(5 * 1024 * 1024).fill(1), new Uint8Array(1000).fill(2)]
      const { uploadId, parts } = await uploads.create('dir/large', 2)
      const sent = await Promise.all(
        parts.map(async (part, i) => {
          const answer = await put(part, contents[i]!)
          assert.ok(answer.ok, await answer.text())
          return { partNumber: i + 1, etag: answer.headers.get('etag') ?? '' }
        }),
      )
      assert.deepEqual(await blobs.list('dir'), [])
      await uploads.complete('dir/large', uploadId, sent)
      const read = await new Response((await blobs.read('dir/large')).stream).bytes()
      assert.ok(Buffer.concat(contents).equals(read))
    })

    it('leave nothing when they are given up', async () => {
      const { blobs, uploads } = await openUploads()
      const { uploadId, parts } = await uploads.create('a.txt', 1)
      await (await put(parts[0]!, 'x')).body?.cancel()
      await uploads.abort('a.txt', uploadId)
      assert.deepEqual(await blobs.list(''), [])
    })

    it('are refused when a part is not there', async () => {
      const { blobs, uploads } = await openUploads()
      const { uploadId, parts } = await uploads.create('a.txt', 2)
      const answer = await put(parts[0]!, 'x')
      const given = [
        { partNumber: 1, etag: answer.headers.get('etag') ?? '' },
        { partNumber: 2, etag: '"nothing"' },
      ]
      await assert.rejects(uploads.complete('a.txt', uploadId, given), { code: 'INVALID_PARAMETER_VALUE' })
      assert.deepEqual(await blobs.list(''), [])
    })
  })
}
