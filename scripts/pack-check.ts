import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const MOST_MEGABYTES = 60
const root = resolve(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'millrace-pack-'))

/** Installs the packed package into an empty folder, as a user would, and uses it there. */
try {
  const tarball = npm(root, 'pack', '--ignore-scripts', '--pack-destination', folder).trim().split('\n').at(-1)!
  const user = join(folder, 'user')
  mkdirSync(user)
  writeFileSync(join(user, 'package.json'), '{"private":true,"type":"module"}')
  npm(user, 'install', join(folder, tarball))

  const megabytes =
    Number(execFileSync('du', ['-sk', join(user, 'node_modules')], { encoding: 'utf8' }).split('\t')[0]) / 1024
  check(megabytes <= MOST_MEGABYTES, `it takes ${megabytes.toFixed(1)} MB, at most ${MOST_MEGABYTES} are wanted`)
  const version = execFileSync('npx', ['--no-install', 'millrace', '--version'], { cwd: user, encoding: 'utf8' }).trim()
  check(/^\d+\.\d+\.\d+$/.test(version), `millrace --version says '${version}'`)
  await checkServer(user)
  checkImports(user)
  console.log(`millrace ${version} installs in ${megabytes.toFixed(1)} MB and runs.`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function checkServer(cwd: string): Promise<void> {
  const port = await freePort()
  const server = spawn('npx', ['--no-install', 'millrace', 'server', '--port', String(port)], { cwd, detached: true })
  const said: string[] = []
  server.stderr.on('data', (text: Buffer) => said.push(String(text)))
  const url = `http://127.0.0.1:${port}`
  try {
    const deadline = Date.now() + 20_000
    while (!(await isUp(url))) {
      check(server.exitCode === null && Date.now() < deadline, `the server does not answer: ${said.join('')}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
    const page = await (await fetch(`${url}/`)).text()
    check(page.includes('<title>Millrace</title>'), 'the pages are not in the package')
    const { experiment_id: id } = (await post(`${url}/api/2.0/mlflow/experiments/create`, { name: 'packed' })) as never
    check(id === '1', `an experiment cannot be made: ${id}`)
  } finally {
    process.kill(-server.pid!, 'SIGTERM')
  }
}

/** Every entry of the package, from plain JavaScript; the SDK logs to a file. */
function checkImports(cwd: string): void {
  const script = `
    import * as millrace from 'millrace'
    import { createClient } from 'millrace/client'
    import { contract } from 'millrace/contract'
    import { openApp } from 'millrace/server'
    millrace.setTrackingUri('sqlite:///packed.db')
    await millrace.startRun(async (run) => run.logMetric('loss', 0.5))
    const [run] = await millrace.searchRuns()
    console.log(run.metrics.loss, typeof createClient, typeof contract.runs, typeof openApp)`
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd, encoding: 'utf8' })
  check(output.trim() === '0.5 function object function', `its entries do not work: ${output}`)
}

async function isUp(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`)).ok
  } catch {
    return false // not yet
  }
}

async function post(url: string, body: unknown): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json' },
  })
  return response.json()
}

function npm(cwd: string, ...args: string[]): string {
  return execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd, encoding: 'utf8' })
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(message)
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
