import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../src/cli/main.ts', import.meta.url))

export interface Answer {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
}

/** Starts the command line, with nothing of this process's environment but where programs are. */
export function millrace(
  args: readonly string[],
  env: Record<string, string> = {},
  cwd?: string,
  timeout = 10_000,
): { child: ChildProcessWithoutNullStreams; done: Promise<Answer> } {
  const child = spawn(process.execPath, [MAIN, ...args], {
    ...(cwd && { cwd }),
    env: { PATH: process.env['PATH']!, ...env },
    timeout,
  })
  const answer = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { child, done: answer.then(([stdout, stderr, [code]]) => ({ stdout, stderr, code: code as number | null })) }
}
