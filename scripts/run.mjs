// Runs a task of package.json on the pinned Node, after installing what the lockfile names.
// It must itself run on any Node from 20.19, with no node_modules.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const TASKS = {
  quickstart: { build: true, run: ['examples/quickstart/main.ts'] },
  start: { build: true, run: ['bin/millrace', 'server'] },
  test: { build: true, run: ['scripts/test.ts'] },
  build: { build: true },
  lint: { run: ['scripts/lint.ts'] },
  check: { run: ['scripts/check.ts'] },
  bench: { build: true, run: ['bench/main.ts'] },
  'pack-check': { build: true, run: ['scripts/pack-check.ts'] },
  'test-nodes': { run: ['scripts/test-nodes.ts'] },
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const from = process.cwd()
const [name, ...args] = process.argv.slice(2)
const task = TASKS[name]
if (!task) {
  console.error(`millrace: there is no task '${name}'; there are ${Object.keys(TASKS).join(', ')}`)
  process.exit(1)
}

install()
const node = join(root, 'node_modules/node/bin/node')
const env = { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env.PATH}` }
if (task.build) must(spawnSync(node, [join(root, 'scripts/build.ts')], { stdio: 'inherit', cwd: root, env }))
if (task.run) {
  const [script, ...fixed] = task.run
  const child = spawn(node, [join(root, script), ...fixed, ...args], { stdio: 'inherit', cwd: from, env })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}

function install() {
  const stamp = join(root, 'node_modules/.millrace-lock')
  const lock = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return
  console.error('Installing the locked dependencies…')
  must(
    spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel', 'error'], { stdio: ['ignore', 2, 2], cwd: root }),
  )
  writeFileSync(stamp, lock)
}

function must({ status, error }) {
  if (error) console.error(`millrace: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}
