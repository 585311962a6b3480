import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'
import type { KeyValue } from '../wire/experiments.ts'

let known: Promise<KeyValue[]> | undefined

/** The tags that every run gets: who started what, and from which commit. */
export const sourceTags = (): Promise<KeyValue[]> => (known ??= readSource())

async function readSource(): Promise<KeyValue[]> {
  const script = process.argv[1]
  const commit = await gitCommit(script ? dirname(script) : process.cwd())
  return [
    { key: 'mlflow.user', value: userName() },
    { key: 'mlflow.source.name', value: script ?? basename(process.execPath) },
    { key: 'mlflow.source.type', value: 'LOCAL' },
    ...(commit ? [{ key: 'mlflow.source.git.commit', value: commit }] : []),
  ]
}

async function gitCommit(folder: string): Promise<string | undefined> {
  try {
    const { stdout } = await promisify(execFile)('git', ['rev-parse', 'HEAD'], { cwd: folder, timeout: 5000 })
    return stdout.trim()
  } catch {
    return undefined // no git, or not a checkout
  }
}

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env['USER'] ?? 'unknown' // a container's user may have no name
  }
}
