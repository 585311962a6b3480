import { randomUUID } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { lstat, mkdir, open, opendir, readdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, posix, resolve, sep } from 'node:path'
import { Readable } from 'node:stream'
import { ApiError, invalid, notFound } from '../wire/errors.ts'
import type { BlobInfo, Blobs } from './blobs.ts'

const PARTIAL = '.millrace-partial'

/** Artifacts in a local folder, which is made when the first one comes. */
export function fileBlobs(root: string): Blobs {
  const base = resolve(root)

  /** The file of a path, unless a symbolic link leads out of the folder. */
  async function locate(path: string): Promise<string> {
    const file = resolve(base, path)
    const [real, realBase] = await Promise.all([realPathOf(file), realPathOf(base)]).catch(explain(path))
    if (real !== realBase && !real.startsWith(realBase + sep))
      throw invalid('path', `Invalid path '${path}': it leads out of the artifact root`)
    return file
  }

  async function describe(entry: Dirent, path: string): Promise<BlobInfo | undefined> {
    const file = entry.isSymbolicLink() ? await locate(path).catch(() => undefined) : resolve(base, path)
    if (!file) return undefined
    const found = await stat(file).catch(ifMissing(undefined)) // removed since it was listed
    return found && (found.isDirectory() ? { path, isDir: true } : { path, isDir: false, size: found.size })
  }

  return {
    async list(dir) {
      const folder = await locate(dir)
      const entries = await readdir(folder, { withFileTypes: true }).catch(ifMissing([]))
      const shown = entries.filter(({ name }) => !name.endsWith(PARTIAL))
      const infos = await Promise.all(shown.map((entry) => describe(entry, posix.join(dir, entry.name))))
      return infos.filter((info) => info !== undefined).sort((a, b) => (a.path < b.path ? -1 : 1))
    },

    async read(path, rangeOf) {
      const file = await open(await locate(path)).catch(ifMissing(undefined))
      const found = await file?.stat()
      if (!file || !found?.isFile()) {
        await file?.close()
        throw notFound('Artifact', path)
      }
      const { ino, size, mtime, mtimeMs } = found
      const stream = file.createReadStream(rangeOf?.(size)) // closes the file at its end
      return {
        stream: Readable.toWeb(stream) as unknown as ReadableStream<Uint8Array>,
        size,
        etag: `"${[ino, size, Math.round(mtimeMs * 1000)].map((n) => n.toString(36)).join('-')}"`,
        modified: mtime,
      }
    },

    async write(path, content) {
      const file = await locate(path)
      const partial = join(dirname(file), `.${randomUUID()}${PARTIAL}`)
      try {
        await mkdir(dirname(file), { recursive: true })
        await writeFile(partial, toChunks(content))
        await rename(partial, file) // readers never see half of a file
      } catch (error) {
        await rm(partial, { force: true }).catch(ifMissing(undefined))
        throw explained(path, error)
      }
    },

    async usage(dir) {
      const folder = await locate(dir)
      let files = 0
      let bytes = 0
      for await (const entry of await opendir(folder, { recursive: true }).catch(ifMissing([]))) {
        if (!entry.isFile()) continue
        files++
        bytes += (await lstat(join(entry.parentPath, entry.name)).catch(ifMissing(undefined)))?.size ?? 0
      }
      return { files, bytes }
    },

    async remove(path) {
      await rm(await locate(path), { recursive: true, force: true }).catch(ifMissing(undefined))
    },
  }
}

/** The real path of a file; for one that does not exist yet, below the real path of its nearest folder. */
async function realPathOf(file: string): Promise<string> {
  const real = await realpath(file).catch(ifMissing(undefined))
  if (real !== undefined) return real
  const folder = dirname(file)
  return folder === file ? file : resolve(await realPathOf(folder), file.slice(folder.length + 1))
}

/** What a file system's refusal says of the path that was asked for. */
const REASONS: Record<string, string> = {
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'one of its names is too long',
  EEXIST: 'it needs a folder where there is a file',
  ENOTDIR: 'it needs a folder where there is a file',
  EISDIR: 'there is a folder of that name',
}

/** What may be otherwise when it is asked again. */
const SHORTAGES: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota of the server is used up',
  EFBIG: 'it is larger than a file may be here',
  EMFILE: 'the server has too many files open',
  ENFILE: 'the machine has too many files open',
  EIO: 'the disk reports an error',
}

function explained(path: string, error: unknown): unknown {
  const { code = '' } = error as NodeJS.ErrnoException
  if (SHORTAGES[code])
    return new ApiError('TEMPORARILY_UNAVAILABLE', `'${path}' was not kept: ${SHORTAGES[code]}`, { cause: error })
  return REASONS[code] ? invalid('path', `Invalid path '${path}': ${REASONS[code]}`) : error
}

const explain = (path: string) => (error: unknown) => {
  throw explained(path, error)
}

/** What fails of the disk is not the stream's fault: whoever gave it may read on. */
const toChunks = (content: ReadableStream<Uint8Array> | Uint8Array) =>
  content instanceof Uint8Array ? content : content.values({ preventCancel: true })

/** Turns "no such file" into a value, and lets every other failure through. */
const ifMissing =
  <T>(instead: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return instead
    throw error
  }
