import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { basename, dirname } from 'node:path'
import { promisify } from 'node:util'

let known: Promise<Readonly<Record<string, string>>> | undefined

/** The tags that every run gets: who started what, and from which commit. */
export const sourceTags = (): Promise<Readonly<Record<string, string>>> => (known ??= readSource())

async function readSource(): Promise<Readonly<Record<string, string>>> {
  const script = process.argv[1]
  const commit = await gitCommit(script ? dirname(script) : process.cwd())
  return {
    'mlflow.user': userName(),
    'mlflow.source.name': script ?? basename(process.execPath),
    'mlflow.source.type': 'LOCAL',
    ...(commit !== undefined && { 'mlflow.source.git.commit': commit }),
  }
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
