import { type ChildProcess, spawn } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')

/** A server of a kind on a store of its own. */
export interface Peer {
  readonly name: 'Millrace' | 'MLflow'
  readonly command: (port: number, folder: string) => [program: string, ...args: string[]]
}

export const millrace: Peer = {
  name: 'Millrace',
  command: (port, folder) => [join(root, 'bin/millrace'), 'server', ...options(port, folder)],
}

/** MLflow as its own documents start it, with its default workers. */
export const mlflow = (python: string): Peer => ({
  name: 'MLflow',
  command: (port, folder) => [python, '-m', 'mlflow', 'server', ...options(port, folder)],
})

const options = (port: number, folder: string) => {
  const address = ['--host', '127.0.0.1', '--port', String(port)]
  const store = ['--backend-store-uri', `sqlite:///${join(folder, 'store.db')}`]
  return [...address, ...store, '--artifacts-destination', join(folder, 'artifacts')]
}

export interface Running {
  readonly url: string
  /** Milliseconds from the start of the process to the first 200 of `/health`. */
  readonly startMs: number
  /** Megabytes that the process and its children hold, pages that they share counted once. */
  memory(): number
  /** Seconds that the process and its children have worked. */
  cpu(): number
  stop(): Promise<void>
}

const START_LIMIT_MS = 180_000

export async function start(peer: Peer, folder: string): Promise<Running> {
  const port = await freePort()
  const [program, ...args] = peer.command(port, folder)
  const begun = performance.now()
  const child = spawn(program, args, { cwd: folder, stdio: 'ignore', detached: true })
  const url = `http://127.0.0.1:${port}`
  while (!(await isHealthy(url))) {
    if (child.exitCode !== null) throw new Error(`${peer.name} ended with ${child.exitCode} before it answered`)
    if (performance.now() - begun > START_LIMIT_MS) throw new Error(`${peer.name} did not answer in time`)
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
  return {
    url,
    startMs: performance.now() - begun,
    memory: () => sum(treeOf(child.pid!), pssOf) / 1024,
    cpu: () => sum(treeOf(child.pid!), cpuOf),
    stop: () => stop(child),
  }
}

export function temporaryFolder(): { folder: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false // not yet
  }
}

function stop(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('exit', () => resolve())
    process.kill(-child.pid!, 'SIGTERM')
    setTimeout(() => child.exitCode === null && process.kill(-child.pid!, 'SIGKILL'), 10_000).unref()
  })
}

/** A process and all below it. */
function treeOf(pid: number): number[] {
  const parents = new Map<number, number>()
  for (const file of globSync('/proc/[0-9]*/stat')) {
    const stat = readIfThere(file)
    if (stat) parents.set(Number.parseInt(stat), Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]))
  }
  const tree = [pid]
  for (const each of tree) for (const [child, parent] of parents) if (parent === each) tree.push(child)
  return tree
}

const pssOf = (pid: number) => Number(/^Pss:\s+(\d+)/m.exec(readIfThere(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0)

function cpuOf(pid: number): number {
  const stat = readIfThere(`/proc/${pid}/stat`)
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number)
  return (user + system) / 100
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return '' // the process has just ended
  }
}

const sum = (pids: readonly number[], of: (pid: number) => number) => pids.reduce((total, pid) => total + of(pid), 0)

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
