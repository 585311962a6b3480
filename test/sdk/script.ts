import { spawn } from 'node:child_process'
import { join } from 'node:path'

const SDK = join(import.meta.dirname, '../../src/sdk/index.ts')
const LONGEST_MS = 15_000

export interface EndedScript {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  /** From its start to its end, in milliseconds. */
  readonly took: number
}

/**
 * Runs a script that uses the SDK as `millrace`, as a process of its own in a folder.
 *
 * @param onLine - Told each line that it prints; may kill it.
 */
export function runScript(
  folder: string,
  trackingUri: string,
  body: string,
  onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<EndedScript> {
  const code = `import * as millrace from ${JSON.stringify(SDK)}\n${body}`
  const { MILLRACE_JOURNAL: _, ...rest } = process.env
  const env = { ...rest, MILLRACE_TRACKING_URI: trackingUri, HOME: folder }
  const start = performance.now()
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], { cwd: folder, env, timeout: LONGEST_MS })
  let [stdout, stderr] = ['', '']
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes))
  child.stdout.on('data', (bytes: Buffer) => {
    stdout += bytes
    for (const line of String(bytes).trim().split('\n')) onLine(line, (signal) => child.kill(signal))
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (exit, signal) =>
      resolve({ code: exit, signal, stdout: stdout.trim(), stderr, took: performance.now() - start }),
    )
  })
}
