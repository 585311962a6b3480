import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Type-checks everything: with Node, the portable part without it, and the pages. */
const projects = ['tsconfig.json', 'tsconfig.portable.json', 'ui/tsconfig.json'].filter((project) =>
  existsSync(project),
)
const failed = projects.filter((project) => spawnSync('tsc', ['-p', project], { stdio: 'inherit' }).status !== 0)
if (failed.length > 0) console.error(`These do not type-check: ${failed.join(', ')}`)
process.exitCode = Math.min(failed.length, 1)
