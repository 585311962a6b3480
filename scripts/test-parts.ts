import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join, relative, resolve } from 'node:path'
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
 * MILLRACE_TEST_PYTHON, MILLRACE_TEST_MLFLOW_2 (a Python too),
 * MILLRACE_TEST_JAVA (a class path) and MILLRACE_TEST_CHROMIUM. What is set
 * there already is taken as it is.
 */
export async function findParts(): Promise<Parts> {
  const missing: Record<string, string> = {}
  let close = async () => {}
  await unlessSet('MILLRACE_TEST_POSTGRES_URL', 'PostgreSQL', async () => {
    const server = await startPostgres()
    close = server.close
    return server.url
  })
  await unlessSet('MILLRACE_TEST_PYTHON', 'Python with MLflow', async () =>
    installPython('venv', join(root, 'test/requirements.txt')),
  )
  await unlessSet('MILLRACE_TEST_MLFLOW_2', 'Python with MLflow 2', async () =>
    installPython('venv-mlflow-2', join(root, 'test/requirements-mlflow-2.txt')),
  )
  await unlessSet('MILLRACE_TEST_JAVA', "MLflow's Java client", async () => installJavaClient())
  await unlessSet('MILLRACE_TEST_CHROMIUM', 'Chromium', async () => findChromium())
  await unlessSet('MILLRACE_TEST_STORES', 'Servers of object stores', async () => installStores())
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

function installPython(name: string, requirements: string): string {
  const folder = join(root, '.cache', name)
  const python = join(folder, 'bin/python')
  onceFor(folder, requirements, () => {
    must('python3', ['-m', 'venv', folder])
    must(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements])
  })
  return python
}

function installJavaClient(): string {
  const folder = join(root, '.cache/java')
  const pom = join(root, 'test/compat/pom.xml')
  must('javac', ['-version'])
  onceFor(folder, pom, () => must('mvn', ['-B', '-q', '-f', pom, 'dependency:copy-dependencies', `-Djars=${folder}`]))
  return join(folder, '*')
}

/** Installs into a folder, anew, unless it was done for this state of the file. */
function onceFor(folder: string, file: string, install: () => void): void {
  const stamp = join(folder, '.installed')
  const wanted = createHash('sha256').update(readFileSync(file)).digest('hex')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  console.error(`Installing what ${relative(root, file)} names…`)
  rmSync(folder, { recursive: true, force: true })
  install()
  writeFileSync(stamp, wanted)
}

/** Installs servers that speak as S3 and Azure do, apart from the project's own packages, of which they would be half. */
function installStores(): string {
  const folder = join(root, '.cache/stores')
  const packages = ['s3rver@3.7.1', 'azurite@3.37.0']
  const stamp = join(folder, '.packages')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === packages.join(' ')) return folder
  console.error('Installing the servers of object stores that the tests use…')
  must('npm', [
    'install',
    '--no-save',
    '--no-package-lock',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--prefix',
    folder,
    ...packages,
  ])
  writeFileSync(stamp, packages.join(' '))
  return folder
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
