import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { startPostgres } from '../test/postgres.ts'

interface Parts {
  /** Why a part cannot be had, by its name. */
  readonly missing: Readonly<Record<string, string>>
  close(): Promise<void>
}

const root = resolve(import.meta.dirname, '..')

/**
 * Finds what tests need beside Node, installs what can be from its registry,
 * and says where it is in the environment: MILLRACE_TEST_POSTGRES_URL,
 * MILLRACE_TEST_PYTHON and MILLRACE_TEST_CHROMIUM. What is set there already
 * is taken as it is.
 */
export async function findParts(): Promise<Parts> {
  const missing: Record<string, string> = {}
  let close = async () => {}
  await unlessSet('MILLRACE_TEST_POSTGRES_URL', 'PostgreSQL', async () => {
    const server = await startPostgres()
    close = server.close
    return server.url
  })
  await unlessSet('MILLRACE_TEST_PYTHON', 'Python with MLflow', async () => installPython())
  await unlessSet('MILLRACE_TEST_CHROMIUM', 'Chromium', async () => findChromium())
  return { missing, close: () => close() }

  async function unlessSet(variable: string, part: string, find: () => Promise<string>): Promise<void> {
    if (process.env[variable]) return
    try {
      process.env[variable] = await find()
    } catch (error) {
      missing[part] = (error as Error).message
    }
  }
}

/** Installs what test/requirements.txt names, once for each state of it. */
function installPython(): string {
  const folder = join(root, '.cache/venv')
  const python = join(folder, 'bin/python')
  const stamp = join(folder, '.requirements')
  const requirements = join(root, 'test/requirements.txt')
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python
  console.error('Installing the Python packages that the tests use…')
  rmSync(folder, { recursive: true, force: true })
  must('python3', ['-m', 'venv', folder])
  must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  writeFileSync(stamp, wanted)
  return python
}

function findChromium(): string {
  const names = ['chromium', 'chromium-browser', 'google-chrome']
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((file) => existsSync(file))
  if (!found) throw new Error(`none of ${names.join(', ')} is on the PATH`)
  return found
}

function must(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: 600_000 })
  if (status === 0) return
  throw new Error(
    `'${[command, ...args].join(' ')}' failed: ${(error?.message ?? stderr ?? '').trim().split('\n').at(-1)}`,
  )
}
