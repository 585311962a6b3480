import { createHash, randomUUID } from 'node:crypto'
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { Entry, Journal } from './outbox.ts'

export interface FileJournal extends Journal {
  /** What processes that are gone left for this server. */
  recover(): { entries: Entry[]; forget(): void }
  /** Keeps bytes that are to be uploaded later. */
  spool(bytes: Uint8Array): string
}

/**
 * A journal on disk: a file of JSON lines for each process and server, in `.millrace/journal` of the working folder.
 *
 * `MILLRACE_JOURNAL` names another folder.
 */
export function fileJournal(trackingUri: string): FileJournal {
  const folder = resolve(process.env['MILLRACE_JOURNAL'] ?? '.millrace/journal')
  const server = createHash('sha256').update(trackingUri).digest('hex').slice(0, 12)
  const file = join(folder, `${server}-${process.pid}.jsonl`)

  return {
    append(entries) {
      if (entries.length === 0) return
      mkdirSync(folder, { recursive: true })
      appendFileSync(file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''))
    },

    clear() {
      rmSync(file, { force: true })
    },

    reject(entry, reason) {
      mkdirSync(folder, { recursive: true })
      const rejected = join(folder, `${server}.rejected.jsonl`)
      appendFileSync(rejected, `${JSON.stringify({ reason, entry })}\n`)
      return rejected
    },

    open: async (path) => new Uint8Array(await readFile(path)),

    spool(bytes) {
      mkdirSync(folder, { recursive: true })
      const path = join(folder, `${server}-${randomUUID()}.upload`)
      appendFileSync(path, bytes)
      return path
    },

    recover() {
      const names = existsSync(folder) ? readdirSync(folder) : []
      const left = names.filter((name) => {
        const [, of, pid] = /^(\w+)-(\d+)\.jsonl$/.exec(name) ?? []
        return of === server && !isAlive(Number(pid))
      })
      const files = left.map((name) => join(folder, name))
      const entries = files.flatMap(readEntries)
      return {
        entries,
        forget() {
          for (const entry of entries) if (entry.kind === 'upload') rmSync(entry.file, { force: true })
          for (const path of files) rmSync(path, { force: true })
        },
      }
    },
  }
}

function readEntries(file: string): Entry[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  lines.pop() // what follows the last newline: nothing, or a line that was cut off while it was written
  return lines.map((line) => JSON.parse(line) as Entry)
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false // an earlier process had our number
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
