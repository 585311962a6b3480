import type { BlobInfo, Usage } from './blobs.ts'

/** A part of what an object store lists. */
export interface Page {
  readonly objects: readonly { readonly key: string; readonly size: number }[]
  /** Keys up to a delimiter and with it. */
  readonly folders: readonly string[]
}

/**
 * What a listing of a folder found, by path.
 *
 * @param prefix - What the keys begin with. What comes after it can be no name, such as '' for the folder itself.
 */
export async function toInfos(dir: string, prefix: string, pages: AsyncIterable<Page>): Promise<BlobInfo[]> {
  const nameOf = (key: string) => key.slice(prefix.length).replace(/\/$/, '')
  const toPath = (key: string) => (dir === '' ? nameOf(key) : `${dir}/${nameOf(key)}`)
  const hasName = (key: string) => !/^\.{0,2}$/.test(nameOf(key))
  const infos: BlobInfo[] = []
  for await (const { objects, folders } of pages) {
    for (const { key, size } of objects) if (hasName(key)) infos.push({ path: toPath(key), isDir: false, size })
    for (const key of folders) if (hasName(key)) infos.push({ path: toPath(key), isDir: true })
  }
  return infos.sort((a, b) => (a.path < b.path ? -1 : 1))
}

export async function toUsage(pages: AsyncIterable<Page>): Promise<Usage> {
  let files = 0
  let bytes = 0
  for await (const { objects } of pages) {
    files += objects.length
    for (const { size } of objects) bytes += size
  }
  return { files, bytes }
}
