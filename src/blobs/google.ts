import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { File, GetFilesOptions } from '@google-cloud/storage'
import { ApiError, invalid } from '../wire/errors.ts'
import type { Blobs } from './blobs.ts'
import { toKey, toPrefix } from './keys.ts'
import { type Page, toInfos, toUsage } from './listing.ts'
import { toApiError } from './refusal.ts'
import { lacks } from './lacks.ts'

const PART_BYTES = 8 * 1024 * 1024

/**
 * Artifacts in a bucket of Google Cloud Storage.
 *
 * Its library finds credentials as Google's tools do: in `GOOGLE_APPLICATION_CREDENTIALS`, of a login, or of the machine.
 */
export async function googleBlobs(bucketName: string, root: string): Promise<Blobs> {
  const { Storage } = await import('@google-cloud/storage').catch(lacks('gs://', '@google-cloud/storage'))
  const bucket = new Storage().bucket(bucketName)
  const fileOf = (path: string) => bucket.file(toKey(root, path))

  async function* pages(prefix: string, delimiter?: string): AsyncGenerator<Page> {
    let query: GetFilesOptions | null = { prefix, ...(delimiter && { delimiter }), autoPaginate: false }
    while (query) {
      const [files, next, answer]: [File[], GetFilesOptions | null, { prefixes?: string[] }?] = (await bucket
        .getFiles(query)
        .catch(explain(bucketName, prefix))) as never
      const objects = files.map(({ name, metadata }) => ({ key: name, size: Number(metadata.size) }))
      yield { objects, folders: answer?.prefixes ?? [] }
      query = next
    }
  }

  return {
    async list(dir) {
      const prefix = toPrefix(toKey(root, dir))
      return await toInfos(dir, prefix, pages(prefix, '/'))
    },

    async read(path, rangeOf) {
      const file = fileOf(path)
      const [{ size, etag, generation, updated }] = await file.getMetadata().catch(explain(bucketName, path))
      const range = rangeOf?.(Number(size))
      const stream = bucket
        .file(file.name, { generation: generation! }) // what it is now, should it be replaced
        .createReadStream({ validation: false, decompress: false, ...range })
      return {
        stream: Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>,
        size: Number(size),
        etag: `"${generation ?? etag}"`,
        modified: new Date(updated!),
      }
    },

    async write(path, content) {
      const file = fileOf(path)
      if (content instanceof Uint8Array)
        return await file.save(content, { resumable: false }).catch(explain(bucketName, path))
      const chunks = content.values({ preventCancel: true })
      const upload = file.createWriteStream({ resumable: true, chunkSize: PART_BYTES })
      await pipeline(chunks, upload).catch(explain(bucketName, path))
    },

    usage: (dir) => toUsage(pages(toPrefix(toKey(root, dir)))),

    async remove(path) {
      await fileOf(path).delete({ ignoreNotFound: true }).catch(explain(bucketName, path))
      await bucket.deleteFiles({ prefix: toPrefix(toKey(root, path)) }).catch(explain(bucketName, path))
    },

    direct: {
      async signDownload(path, seconds) {
        const file = fileOf(path)
        const [{ size }] = await file.getMetadata().catch(explain(bucketName, path))
        const [url] = await file
          .getSignedUrl({ version: 'v4', action: 'read', expires: Date.now() + seconds * 1000 })
          .catch(unsigned)
        return { url, headers: {}, size: Number(size) }
      },

      async signUpload(path, seconds) {
        const [url] = await fileOf(path)
          .getSignedUrl({ version: 'v4', action: 'write', expires: Date.now() + seconds * 1000 })
          .catch(unsigned)
        return { url, headers: {} }
      },
    },
  }
}

const unsigned = (cause: Error): never => {
  throw Object.assign(invalid('path', `Google's credentials of this server cannot sign: ${cause.message}`), { cause })
}

const explain =
  (bucket: string, path: string) =>
  (error: Error & { code?: number | string }): never => {
    if (error instanceof ApiError) throw error
    if (/bucket .*does not exist/i.test(error.message))
      throw new ApiError('INVALID_STATE', `There is no bucket '${bucket}'`, { cause: error })
    const status = typeof error.code === 'number' ? error.code : undefined
    if (status === undefined && !isSystemError(error)) throw error // such as what the sender's stream broke with
    const reason = status === undefined ? String(error.code) : error.message.split('\n')[0]!
    throw toApiError(`the bucket '${bucket}'`, path, { status, reason, cause: error })
  }

const isSystemError = ({ code }: { code?: number | string }) => typeof code === 'string' && /^E[A-Z]+$/.test(code)
