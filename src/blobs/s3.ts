import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { ApiError, invalid } from '../wire/errors.ts'
import type { Blob, Blobs, Part } from './blobs.ts'
import { toKey, toPrefix } from './keys.ts'
import { type Page, toInfos, toUsage } from './listing.ts'
import { sendPieces, toPieces } from './parts.ts'
import { toApiError } from './refusal.ts'
import { s3Client, S3Failure, type S3Request } from './s3-client.ts'
import type { S3Settings } from './s3-settings.ts'
import { escape, textIn, textsIn } from './xml.ts'

/** Long enough for the last part of a large file over a slow line. */
const UPLOAD_RIGHT_S = 12 * 60 * 60

/** Artifacts in a bucket of S3, or of another store that speaks its protocol. */
export function s3Blobs(settings: S3Settings, root: string): Blobs {
  const { bucket, objectHeaders } = settings
  const client = s3Client(settings)
  const keyOf = (path: string) => toKey(root, path)

  /** Sends for a path, and says what goes wrong in its terms. */
  const send = (path: string, request: S3Request) =>
    client.send({ key: keyOf(path), ...request }).catch(explain(bucket, path))
  const ask = (path: string, request: S3Request) =>
    client.ask({ key: keyOf(path), ...request }).catch(explain(bucket, path))

  async function* pages(prefix: string, delimiter = ''): AsyncGenerator<S3Page> {
    for (let token: string | undefined = ''; token !== undefined;) {
      const query = { 'list-type': 2, 'encoding-type': 'url', prefix }
      const request = {
        method: 'GET',
        query: { ...query, ...(delimiter && { delimiter }), ...(token && { 'continuation-token': token }) },
      } as const
      const page = toPage(await client.ask(request).catch(explain(bucket, prefix)))
      yield page
      token = page.next
    }
  }

  async function begin(path: string): Promise<string> {
    const answer = await ask(path, { method: 'POST', query: { uploads: '' }, headers: objectHeaders })
    return textIn(answer, 'UploadId')
  }

  async function complete(path: string, uploadId: string, parts: readonly Part[]): Promise<void> {
    const body = toXml('CompleteMultipartUpload', parts.map(toPartXml))
    const answer = await ask(path, { method: 'POST', query: { uploadId }, body: [body] })
    if (/<Error>/.test(answer))
      explain(bucket, path)(new S3Failure(500, textIn(answer, 'Code'), textIn(answer, 'Message')))
  }

  async function abort(path: string, uploadId: string): Promise<void> {
    await ask(path, { method: 'DELETE', query: { uploadId } })
  }

  async function put(path: string, request: Partial<S3Request>): Promise<string> {
    const answer = await send(path, { method: 'PUT', ...request })
    answer.resume()
    return headOf(answer).etag
  }

  return {
    async list(dir) {
      const prefix = toPrefix(keyOf(dir))
      return await toInfos(dir, prefix, pages(prefix, '/'))
    },

    async read(path, rangeOf) {
      if (!rangeOf) return toBlob(await send(path, { method: 'GET' }))
      const whole = await send(path, { method: 'HEAD' })
      whole.resume()
      const { size, etag } = headOf(whole)
      const range = rangeOf(size)
      const answer = await send(path, {
        method: 'GET',
        headers: { 'if-match': etag, ...(range && { range: `bytes=${range.start}-${range.end}` }) },
      })
      return { ...toBlob(answer), size }
    },

    async write(path, content) {
      let uploadId: string | undefined
      try {
        const parts = await sendPieces(toPieces(content), async ({ chunks, isLast }, partNumber) => {
          const isWhole = isLast && partNumber === 1
          if (!isWhole) uploadId ??= await begin(path)
          const where = isWhole ? { headers: objectHeaders } : { query: { partNumber, uploadId: uploadId! } }
          return { partNumber, etag: await put(path, { ...where, body: chunks }) }
        })
        if (uploadId !== undefined) await complete(path, uploadId, parts)
      } catch (error) {
        if (uploadId !== undefined) await abort(path, uploadId).catch(() => {}) // the first failure counts
        throw error
      }
    },

    usage: (dir) => toUsage(pages(toPrefix(keyOf(dir)))),

    async remove(path) {
      await ask(path, { method: 'DELETE' })
      for await (const { objects } of pages(toPrefix(keyOf(path)))) {
        if (objects.length === 0) continue
        const body = toXml('Delete', [
          '<Quiet>true</Quiet>',
          ...objects.map(({ key }) => `<Object><Key>${escape(key)}</Key></Object>`),
        ])
        const answer = await client
          .ask({
            method: 'POST',
            query: { delete: '' },
            headers: { 'content-md5': createHash('md5').update(body).digest('base64') },
            body: [body],
          })
          .catch(explain(bucket, path))
        if (/<Error>/.test(answer))
          explain(bucket, path)(new S3Failure(403, textIn(answer, 'Code'), textIn(answer, 'Message')))
      }
    },

    direct: {
      async signDownload(path, seconds) {
        const head = await send(path, { method: 'HEAD' })
        head.resume()
        return {
          url: await client.sign({ method: 'GET', key: keyOf(path) }, seconds),
          headers: {},
          size: headOf(head).size,
        }
      },

      async signUpload(path, seconds) {
        const request = { method: 'PUT', key: keyOf(path), headers: objectHeaders } as const
        return { url: await client.sign(request, seconds), headers: { ...objectHeaders } }
      },

      inParts: {
        async create(path, count) {
          const uploadId = await begin(path)
          const sign = async (partNumber: number) => {
            const request = { method: 'PUT', key: keyOf(path), query: { partNumber, uploadId } } as const
            return { url: await client.sign(request, UPLOAD_RIGHT_S), headers: {} }
          }
          return { uploadId, parts: await Promise.all(Array.from({ length: count }, (_, i) => sign(i + 1))) }
        },

        complete,
        abort,
      },
    },
  }
}

interface S3Page extends Page {
  /** Where the next page begins; absent when there is none. */
  readonly next: string | undefined
}

function toPage(xml: string): S3Page {
  const toKey =
    textIn(xml, 'EncodingType') === 'url'
      ? (text: string) => decodeURIComponent(text.replaceAll('+', ' '))
      : (text: string) => text
  return {
    objects: textsIn(xml, 'Contents').map((object) => ({
      key: toKey(textIn(object, 'Key')),
      size: Number(textIn(object, 'Size')),
    })),
    folders: textsIn(xml, 'CommonPrefixes').map((folder) => toKey(textIn(folder, 'Prefix'))),
    next: textIn(xml, 'NextContinuationToken') || undefined,
  }
}

const toXml = (name: string, children: readonly string[]) =>
  new TextEncoder().encode(`<${name} xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${children.join('')}</${name}>`)

const toPartXml = ({ partNumber, etag }: Part) =>
  `<Part><PartNumber>${partNumber}</PartNumber><ETag>${escape(etag)}</ETag></Part>`

const headOf = ({ headers }: IncomingMessage) => ({
  size: Number(headers['content-length'] ?? 0),
  etag: headers.etag ?? '',
  modified: new Date(headers['last-modified'] ?? 0),
})

const toBlob = (answer: IncomingMessage): Blob => ({
  stream: Readable.toWeb(answer) as unknown as ReadableStream<Uint8Array>,
  ...headOf(answer),
})

/** Says what a bucket's refusal means to who asked for a path. */
const explain =
  (bucket: string, path: string) =>
  (error: Error): never => {
    if (error instanceof ApiError) throw error
    const { status, code = '', message } = error as Partial<S3Failure>
    if (code === 'NoSuchBucket') throw new ApiError('INVALID_STATE', `There is no bucket '${bucket}'`, { cause: error })
    if (code === 'NoSuchUpload') throw invalid('upload_id', `there is no such upload of '${path}'`)
    if (/^(InvalidPart|InvalidPartOrder|EntityTooSmall|MalformedXML)$/.test(code))
      throw invalid('parts', message || code)
    const reason = status === undefined ? code || error.message : [code, message].filter(Boolean).join(': ')
    throw toApiError(`the bucket '${bucket}'`, path, { status, reason, cause: error })
  }
