import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises'
import { dirname, join, posix, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'
import { invalid, notFound } from '../wire/errors.ts'
import type { BlobInfo, Blobs } from './blobs.ts'

const PARTIAL = '.millrace-partial'

/** Artifacts in a local folder, which is made when the first one comes. */
export function fileBlobs(root: string): Blobs {
  const base = resolve(root)

  /** The file of a path, unless a symbolic link leads out of the folder. */
  async function locate(path: string): Promise<string> {
    const file = resolve(base, path)
    const [real, realBase] = await Promise.all([realPathOf(file), realPathOf(base)])
    if (real !== realBase && !real.startsWith(realBase + sep))
      throw invalid('path', `Invalid path '${path}': it leads out of the artifact root`)
    return file
  }

  return {
    async list(dir) {
      const folder = await locate(dir)
      const entries = await readdir(folder, { withFileTypes: true }).catch(ifMissing([]))
      const shown = entries.filter(({ name }) => !name.endsWith(PARTIAL))
      const infos = await Promise.all(shown.map(({ name }) => describe(join(folder, name), posix.join(dir, name))))
      return infos.filter((info) => info !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1))
    },

    async read(path, rangeOf) {
      const file = await locate(path)
      const found = await stat(file).catch(ifMissing(undefined))
      if (!found?.isFile()) throw notFound('Artifact', path)
      const { size, mtime, mtimeMs } = found
      const range = rangeOf?.(size)
      const stream = Readable.toWeb(createReadStream(file, range)) as unknown as ReadableStream<Uint8Array>
      return {
        stream,
        size,
        etag: `"${size.toString(36)}-${Math.round(mtimeMs * 1000).toString(36)}"`,
        modified: mtime,
      }
    },

    async write(path, content) {
      const file = await locate(path)
      const partial = `${file}.${randomUUID()}${PARTIAL}`
      await mkdir(dirname(file), { recursive: true })
      try {
        await pipeline(toReadable(content), createWriteStream(partial))
        await rename(partial, file) // readers never see half of a file
      } catch (error) {
        await rm(partial, { force: true })
        throw error
      }
    },

    async remove(path) {
      await rm(await locate(path), { recursive: true, force: true })
    },
  }
}

async function describe(file: string, path: string): Promise<BlobInfo | undefined> {
  const found = await stat(file).catch(ifMissing(undefined)) // removed since it was listed
  return found && (found.isDirectory() ? { path, isDir: true } : { path, isDir: false, size: found.size })
}

/** The real path of a file; for one that does not exist yet, below the real path of its nearest folder. */
async function realPathOf(file: string): Promise<string> {
  const real = await realpath(file).catch(ifMissing(undefined))
  if (real !== undefined) return real
  const folder = dirname(file)
  return folder === file ? file : resolve(await realPathOf(folder), file.slice(folder.length + 1))
}

const toReadable = (content: ReadableStream<Uint8Array> | Uint8Array) =>
  content instanceof Uint8Array ? Readable.from([content]) : Readable.fromWeb(content as NodeStream)

/** Turns "no such file" into a value, and lets every other failure through. */
const ifMissing =
  <T>(instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return instead
    throw error
  }
