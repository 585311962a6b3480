import { randomUUID } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readdirSync, renameSync, rmdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

/** Tells our files from those of an earlier process that had our number. */
const PROCESS = `${process.pid}.${randomUUID()}`
let count = 0

/** Where journals may be: in the working folder, or in the home folder where that cannot be written. */
export function journalFolders(): string[] {
  const chosen = process.env['MILLRACE_JOURNAL']
  if (chosen) return [resolve(chosen)]
  return [resolve('.millrace/journal'), join(homedir(), '.millrace/journal')]
}

/** @throws When none can be written. */
export function firstWritable(folders: readonly string[]): string {
  let reason: unknown
  for (const folder of folders)
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      accessSync(folder, constants.W_OK)
      return folder
    } catch (error) {
      reason ??= error
    }
  throw reason
}

/** The name of a new file of this process, for what goes to one server. */
export const segmentName = (server: string): string => `${server}.${PROCESS}.${count++}.jsonl`

/** Takes over the files that processes which are gone left for a server; of several that try, each file goes to one. */
export function claimFiles(folder: string, server: string): string[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const [, of, pid, rest] = /^(\w+)\.(\d+)\.([\w-]+)\.\d+\.jsonl$/.exec(name) ?? []
    if (of !== server || `${pid}.${rest}` === PROCESS || isAlive(Number(pid))) return []
    const ours = join(folder, segmentName(server))
    try {
      renameSync(join(folder, name), ours)
      return [ours]
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [] // another process was quicker
      throw error
    }
  })
}

/** Removes a folder that was made here and is not needed any more. */
export function removeIfEmpty(folder: string): void {
  if (process.env['MILLRACE_JOURNAL']) return // whoever chose it may have made it
  for (const each of [folder, dirname(folder)])
    try {
      rmdirSync(each)
    } catch {
      return // something is in it, or it was never made
    }
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
