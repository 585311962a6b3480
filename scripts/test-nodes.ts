import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

/** Runs what does not need the pages on the other Nodes that Millrace supports, from npm's `node` package. */
const VERSIONS = [22, 26]
const WORDS = ['src/', 'test/sdk/', 'test/layers', 'test/security/']

const root = resolve(import.meta.dirname, '..')
const failed = VERSIONS.filter((version) => {
  const node = install(version)
  console.log(`== Node ${spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim()}`)
  const env = { ...process.env, PATH: `${resolve(node, '..')}${delimiter}${process.env['PATH']}` }
  return spawnSync(node, [join(root, 'scripts/test.ts'), ...WORDS], { stdio: 'inherit', cwd: root, env }).status !== 0
})
for (const version of VERSIONS) console.log(`Node ${version}: ${failed.includes(version) ? 'failed' : 'passed'}`)
if (failed.length > 0) process.exitCode = 1

function install(version: number): string {
  const folder = join(root, `.cache/node-${version}`)
  const node = join(folder, 'node_modules/node/bin/node')
  if (existsSync(node)) return node
  const { status } = spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', `node@${version}`], {
    stdio: ['ignore', 2, 2],
  })
  if (status !== 0 || !existsSync(node)) throw new Error(`Node ${version} cannot be installed`)
  return node
}
