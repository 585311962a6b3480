import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { ApiError } from '../wire/errors.ts'
import { openApp } from './app.ts'
import type { Config } from './config.ts'

const DRAIN_MS = 10_000
const IDLE_MS = 20

export interface RunningServer {
  readonly url: string
  /** Ends it: no new requests, those under way are answered (10 s at most), the store is closed. */
  close(): Promise<void>
}

/**
 * Serves the API and the pages.
 *
 * @param given - `port: 0` takes a free one.
 * @throws ApiError with a sentence for the user, for a port in use too.
 */
export async function startServer(given: Partial<Config> = {}): Promise<RunningServer> {
  const { app, config, startWebhooks, endStreams, close } = await openApp(given)
  const { host, staticPrefix } = config
  const server = await listen(app, config).catch(async (error) => {
    await close()
    throw error
  })
  startWebhooks()
  const { port } = server.address() as AddressInfo
  const shown = host.includes(':') ? `[${host}]` : host
  return {
    url: `http://${shown}:${port}${staticPrefix}`,
    async close() {
      const drained = drain(server)
      endStreams()
      await drained
      await close()
    },
  }
}

function listen(app: (request: Request) => Promise<Response>, { host, port }: Config): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app, hostname: host, port }, () => resolve(server)) as Server
    server.once('error', (error: NodeJS.ErrnoException) => reject(toSentence(error, host, port)))
  })
}

function toSentence(error: NodeJS.ErrnoException, host: string, port: number): Error {
  const reasons: Record<string, string> = {
    EADDRINUSE: `Port ${port} is in use on ${host}. Choose another with --port, or stop what uses it`,
    EACCES: `Port ${port} needs rights that this user does not have. Choose one above 1023 with --port`,
    EADDRNOTAVAIL: `This machine has no address ${host}. Choose another with --host`,
    ENOTFOUND: `The host '${host}' is not known. Choose another with --host`,
  }
  const reason = reasons[error.code ?? '']
  return reason ? new ApiError('INVALID_PARAMETER_VALUE', reason, { cause: error }) : error
}

function drain(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_MS) // a connection is idle only after its answer
    const all = setTimeout(() => server.closeAllConnections(), DRAIN_MS)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(all)
      resolve()
    })
  })
}
