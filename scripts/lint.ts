import { spawnSync } from 'node:child_process'

/** `npm run lint` says what is wrong; with `--fix` it mends what it can. */
const fix = process.argv.includes('--fix')
const lint = spawnSync('oxlint', ['--deny-warnings', ...(fix ? ['--fix'] : [])], { stdio: 'inherit' })
const format = spawnSync('oxfmt', fix ? [] : ['--check'], { stdio: 'inherit' })
process.exitCode = lint.status || format.status || 0
