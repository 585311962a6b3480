import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { BlobInfo, Blobs } from '../blobs/blobs.ts'
import type { Files } from './source.ts'

export interface Copied {
  readonly files: number
  readonly bytes: number
}

export interface Listing {
  readonly files: readonly BlobInfo[]
  /** Changes when a file comes, goes or gets another size. */
  readonly mark: string
}

/** All files below a folder, at any depth. */
export async function listFiles(from: Files, folder = ''): Promise<Listing> {
  const files: BlobInfo[] = []
  const folders = [folder]
  for (let next = folders.pop(); next !== undefined; next = folders.pop())
    for (const info of await from.list(next)) {
      if (info.isDir) folders.push(info.path)
      else files.push(info)
    }
  const text = files.map(({ path, size }) => `${path}\0${size}`).sort()
  return { files, mark: createHash('sha1').update(JSON.stringify(text)).digest('hex') }
}

/** Copies files one by one; of each, readers see nothing or all. */
export async function copyFiles(from: Files, { files }: Listing, to: Blobs, folder: string): Promise<Copied> {
  let bytes = 0
  for (const { path } of files) {
    const { stream, size } = await from.read(path)
    await to.write(posix.join(folder, path), stream)
    bytes += size
  }
  return { files: files.length, bytes }
}
