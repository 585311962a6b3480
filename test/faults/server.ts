import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Client, createClient } from '../../src/client/client.ts'
import { contract } from '../../src/wire/index.ts'
import { millrace } from '../command.ts'
import { atEnd } from '../databases.ts'

/** A server in a process of its own. */
export interface Served {
  readonly url: string
  readonly client: Client<typeof contract>
  readonly pid: number
  /** What it has logged. */
  said(): string
  /** Ends it as a power cut would, and answers when it is gone. */
  kill(): Promise<void>
  /** Asks it to end. */
  stop(): Promise<void>
}

interface Options {
  readonly args?: readonly string[]
  readonly env?: Record<string, string>
}

/** A folder that goes away with the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-faults-'))
  atEnd(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Starts a process; it is not said whether a server comes of it. */
export function launch(store: string, { args = [], env = {} }: Options = {}) {
  const { child } = millrace(['server', '--port', '0', '--backend-store-uri', store, ...args], env, undefined, 120_000)
  const exited = once(child, 'exit')
  const end = (signal: NodeJS.Signals) => async () => {
    child.kill(signal)
    await exited
  }
  const kill = end('SIGKILL')
  atEnd(kill)
  let said = ''
  child.stderr.on('data', (part) => (said += part))
  const url = new Promise<string | undefined>((resolve) => {
    child.stderr.on('data', () => {
      const found = /Millrace is at (http:[^"\s]+)/.exec(said)
      if (found) resolve(found[1])
    })
    child.once('exit', () => resolve(undefined))
  })
  return { url, kill, stop: end('SIGTERM'), pid: child.pid!, said: () => said }
}

/** Starts a server. */
export async function serve(store: string, options?: Options): Promise<Served> {
  const { url: coming, ...rest } = launch(store, options)
  const url = await coming
  if (!url) throw new Error(`It does not start: ${rest.said()}`)
  return { ...rest, url, client: createClient(contract, { baseUrl: url }) }
}

/** Waits until a claim holds, for 10 s at most. */
export async function until(claim: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (const deadline = performance.now() + 10_000; !(await claim()); await setTimeout(20))
    if (performance.now() > deadline) throw new Error(`It never came that ${what}`)
}

/** Everything below a folder, what is half written too. */
export const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

export async function residentBytes(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return Number(/^process_resident_memory_bytes (\d+)$/m.exec(text)![1])
}
