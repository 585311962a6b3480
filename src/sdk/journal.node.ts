import { createHash, randomUUID } from 'node:crypto'
import { appendFileSync, openAsBlob, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Entry, fromLine, toLine } from './entry.ts'
import { claimFiles, firstWritable, journalFolders, removeIfEmpty, segmentName } from './journal-files.node.ts'
import type { Journal, Kept } from './outbox.ts'
import { claimSegment, openSegment, type Segment } from './segment.node.ts'

export interface FileJournal extends Journal {
  /** What processes that are gone left for this server. */
  recover(): Kept[]
  /** Keeps bytes that are to be uploaded later. @returns The file they are in. */
  spool(content: Blob): Promise<string>
  /** Ends the writing; what waits is for the next process that opens the journal. @returns Where it waits, if it does. */
  release(): string | undefined
}

const SEGMENT_BYTES = 4 * 1024 * 1024

/**
 * A journal on disk: JSON lines in files of this process, in `.millrace/journal` of
 * the working folder, or of the home folder where that one cannot be written.
 *
 * What is appended survives the end of the process, whatever its kind; not the
 * end of the machine's power, since nothing waits for the disk. A file goes
 * away when all that it says has been delivered.
 *
 * `MILLRACE_JOURNAL` names another folder.
 *
 * @param store - The tracking URI, in one spelling: entries are delivered only there.
 */
export function fileJournal(store: string, warn: (message: string) => void): FileJournal {
  const server = createHash('sha256').update(store).digest('hex').slice(0, 12)
  const places = journalFolders()
  const rejectedFiles = new Set<string>()
  let segments: Segment[] = []
  let folder: string | undefined
  let isBroken = false

  const home = () => (folder ??= firstWritable(places))

  function segment(): Segment {
    const current = segments.at(-1)
    if (current && current.size < SEGMENT_BYTES) return current
    current?.release()
    const next = openSegment(join(home(), segmentName(server)))
    segments = [...segments.filter(({ isGone }) => !isGone), next]
    return next
  }

  function reject(line: string, reason: string): string {
    const file = join(home(), `${server}.rejected.jsonl`)
    appendFileSync(file, `${JSON.stringify({ reason, at: new Date().toISOString(), entry: line })}\n`, { mode: 0o600 })
    return file
  }

  /** With the bytes of an upload go what waits for them. */
  const settling = (entry: Entry, settle: () => void) => () => {
    settle()
    if (entry.kind === 'upload' && !rejectedFiles.has(entry.file)) rmSync(entry.file, { force: true })
  }

  function readEntries(file: string): Kept[] {
    const { lines, settle } = claimSegment(file)
    return lines.flatMap((line): Kept[] => {
      try {
        const entry = fromLine(line)
        return [{ entry, settle: settling(entry, settle) }]
      } catch (error) {
        warn(`an entry of the journal cannot be read (kept in ${reject(line, (error as Error).message)})`)
        settle()
        return []
      }
    })
  }

  return {
    append(entry) {
      if (isBroken) return () => {}
      try {
        return settling(entry, segment().append(toLine(entry)))
      } catch (error) {
        isBroken = true
        warn(`the journal cannot be written, so what is logged is only in memory: ${(error as Error).message}`)
        return () => {}
      }
    },

    reject(entry, reason) {
      if (entry.kind === 'upload') rejectedFiles.add(entry.file)
      return reject(toLine(entry), reason)
    },

    open: (file) => openAsBlob(file),

    async spool(content) {
      const file = join(home(), `${server}.${randomUUID()}.upload`)
      await writeFile(file, content.stream(), { mode: 0o600 })
      return file
    },

    recover: () => places.flatMap((place) => claimFiles(place, server)).flatMap(readEntries),

    release() {
      const left = segments.filter((each) => !each.release())
      for (const place of places) removeIfEmpty(place)
      return left.length > 0 ? home() : undefined
    },
  }
}
