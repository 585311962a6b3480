import { invalid } from '../wire/errors.ts'
import type { Blobs } from './blobs.ts'
import { checkPath } from './path.ts'

type Environment = Readonly<Record<string, string | undefined>>
type Open = (host: string, root: string, environment: Environment) => Promise<Blobs>

/** Loaded when first used: a server on local files starts without them. */
const STORES: Record<string, Open> = {
  async s3(bucket, root, environment) {
    const [{ s3Blobs }, { readS3Settings }] = await Promise.all([import('./s3.ts'), import('./s3-settings.ts')])
    return s3Blobs(readS3Settings(bucket, environment), root)
  },
  gs: async (bucket, root) => (await import('./google.ts')).googleBlobs(bucket, root),
  wasbs: async (...place) => (await import('./azure.ts')).azureBlobs(...place),
}

/** Whether a URI means a place in an object store that can be opened. */
export const isObjectStore = (uri: string): boolean => /^(s3|gs|wasbs):/i.test(uri)

/**
 * Opens a place in an object store, with the library that it needs; the network is first used with a file.
 *
 * @param field - How the caller named it.
 * @throws ApiError for a URI that means none, and when the library is not installed.
 */
export async function openObjectStore(field: string, uri: string, environment: Environment): Promise<Blobs> {
  const [, scheme = '', host, path = ''] = /^([a-z0-9]+):\/\/([^/?#]+)(?:\/([^?#]*))?$/i.exec(uri) ?? []
  const open = STORES[scheme.toLowerCase()]
  if (!open || !host) throw invalid(field, `expected s3://bucket/path, gs://bucket/path or wasbs://…, got '${uri}'`)
  return await open(host, checkPath(field, path), environment)
}
