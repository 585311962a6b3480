import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { BlockBlobClient, ContainerClient, ContainerListBlobHierarchySegmentResponse } from '@azure/storage-blob'
import { ApiError, invalid } from '../wire/errors.ts'
import type { Blobs } from './blobs.ts'
import { toKey, toPrefix } from './keys.ts'
import { type Page, toInfos, toUsage } from './listing.ts'
import { lacks } from './lacks.ts'
import { sendPieces, toPieces } from './parts.ts'
import { toApiError } from './refusal.ts'

const UPLOAD_RIGHT_S = 12 * 60 * 60

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Artifacts in a container of Azure's Blob Storage.
 *
 * @param host - `container@account.blob.core.windows.net`, or the same in one of Azure's other clouds.
 */
export async function azureBlobs(host: string, root: string, environment: Environment): Promise<Blobs> {
  const azure = await import('@azure/storage-blob').catch(lacks('wasbs://', '@azure/storage-blob'))
  const container = openContainer(azure, host, environment)
  const blobOf = (path: string) => container.getBlockBlobClient(toKey(root, path))
  const refuse = (path: string) => explain(container.containerName, path)

  async function* pages(prefix: string, delimiter?: string): AsyncGenerator<Page> {
    const listing = delimiter
      ? container.listBlobsByHierarchy(delimiter, { prefix })
      : container.listBlobsFlat({ prefix })
    const found = listing.byPage()[Symbol.asyncIterator]()
    for (;;) {
      const { value, done } = await found.next().catch(refuse(prefix))
      if (done) return
      const { blobItems, blobPrefixes = [] } = (value as ContainerListBlobHierarchySegmentResponse).segment
      yield {
        objects: blobItems.map(({ name, properties }) => ({ key: name, size: properties.contentLength ?? 0 })),
        folders: blobPrefixes.map(({ name }) => name),
      }
    }
  }

  const sign = async (blob: BlockBlobClient, permissions: string, seconds: number) =>
    await blob
      .generateSasUrl({
        permissions: azure.BlobSASPermissions.parse(permissions),
        expiresOn: new Date(Date.now() + seconds * 1000),
      })
      .catch(unsigned)

  return {
    async list(dir) {
      const prefix = toPrefix(toKey(root, dir))
      return await toInfos(dir, prefix, pages(prefix, '/'))
    },

    async read(path, rangeOf) {
      const blob = blobOf(path)
      const whole = await blob.getProperties().catch(refuse(path))
      const size = whole.contentLength ?? 0
      const range = rangeOf?.(size)
      const answer = await blob
        .download(range?.start ?? 0, range && range.end - range.start + 1, { conditions: { ifMatch: whole.etag! } })
        .catch(refuse(path))
      return {
        stream: Readable.toWeb(answer.readableStreamBody as Readable) as unknown as ReadableStream<Uint8Array>,
        size,
        etag: whole.etag!,
        modified: whole.lastModified!,
      }
    },

    async write(path, content) {
      const blob = blobOf(path)
      const upload = randomUUID()
      let inParts = false
      const ids = await sendPieces(toPieces(content), async ({ chunks, bytes, isLast }, number) => {
        const id = toBlockId(upload, number)
        const body = () => Readable.from(chunks)
        inParts ||= !isLast
        await (inParts ? blob.stageBlock(id, body, bytes) : blob.upload(body, bytes)).catch(refuse(path))
        return id
      })
      if (inParts) await blob.commitBlockList(ids).catch(refuse(path))
    },

    usage: (dir) => toUsage(pages(toPrefix(toKey(root, dir)))),

    async remove(path) {
      await blobOf(path).deleteIfExists().catch(refuse(path))
      for await (const { objects } of pages(toPrefix(toKey(root, path))))
        for (const { key } of objects) await container.getBlobClient(key).deleteIfExists().catch(refuse(path))
    },

    direct: {
      async signDownload(path, seconds) {
        const blob = blobOf(path)
        const { contentLength = 0 } = await blob.getProperties().catch(refuse(path))
        return { url: await sign(blob, 'r', seconds), headers: {}, size: contentLength }
      },

      async signUpload(path, seconds) {
        return { url: await sign(blobOf(path), 'cw', seconds), headers: { 'x-ms-blob-type': 'BlockBlob' } }
      },

      inParts: {
        async create(path, count) {
          const uploadId = randomUUID()
          const url = await sign(blobOf(path), 'w', UPLOAD_RIGHT_S)
          const parts = Array.from({ length: count }, (_, i) => {
            const id = encodeURIComponent(toBlockId(uploadId, i + 1))
            return { url: `${url}&comp=block&blockid=${id}`, headers: {} }
          })
          return { uploadId, parts }
        },

        async complete(path, uploadId, parts) {
          const ids = parts.map(({ partNumber }) => toBlockId(uploadId, partNumber))
          await blobOf(path).commitBlockList(ids).catch(refuse(path))
        },

        async abort() {}, // Azure forgets parts that nothing was made of
      },
    },
  }
}

function openContainer(
  { BlobServiceClient, StorageSharedKeyCredential }: typeof import('@azure/storage-blob'),
  host: string,
  { AZURE_STORAGE_CONNECTION_STRING: connection, AZURE_STORAGE_ACCESS_KEY: key }: Environment,
): ContainerClient {
  const [, container, server, account] = /^([^@]+)@(([^.@]+)\.blob\.core\.[a-z.]+)$/.exec(host) ?? []
  if (!container || !server || !account)
    throw invalid('wasbs', `expected wasbs://container@account.blob.core.windows.net/path, got 'wasbs://${host}'`)
  if (connection) return BlobServiceClient.fromConnectionString(connection).getContainerClient(container)
  if (!key) throw invalid('wasbs', 'neither AZURE_STORAGE_CONNECTION_STRING nor AZURE_STORAGE_ACCESS_KEY is set')
  return new BlobServiceClient(`https://${server}`, new StorageSharedKeyCredential(account, key)).getContainerClient(
    container,
  )
}

/** All blocks of a blob have names of one length. */
const toBlockId = (upload: string, number: number) =>
  Buffer.from(`${upload}-${String(number).padStart(5, '0')}`).toString('base64')

const unsigned = (cause: Error): never => {
  throw Object.assign(invalid('path', `Azure's credentials of this server cannot sign: ${cause.message}`), { cause })
}

const explain =
  (container: string, path: string) =>
  (error: Error & { statusCode?: number; code?: string; details?: { errorCode?: string } }): never => {
    if (error instanceof ApiError || error.name !== 'RestError') throw error
    const reason = error.details?.errorCode ?? error.code ?? ''
    if (reason === 'ContainerNotFound')
      throw new ApiError('INVALID_STATE', `There is no container '${container}'`, { cause: error })
    if (/^Invalid(BlockList|BlockId)$/.test(reason)) throw invalid('parts', reason)
    throw toApiError(`the container '${container}'`, path, { status: error.statusCode, reason, cause: error })
  }
