import { resolve } from 'node:path'
import { type Client, type ClientOptions, createClient, type Fetch } from '../client/client.ts'
import { invalid } from '../wire/errors.ts'
import { type AppContract, contract } from '../wire/index.ts'

/** What the embedded server must offer; `millrace/server` does. */
interface ServerModule {
  openApp(config: { backendStoreUri: string }): Promise<{ app: Fetch }>
}

const SERVER: string = 'millrace/server'

/**
 * Reaches a tracking store: a server by `http://…`, or a database itself by
 * `sqlite:///…` and `postgresql://…` through a server inside this process.
 */
export async function connect(uri: string): Promise<Client<AppContract>> {
  if (/^https?:\/\//.test(uri)) return createClient(contract, serverAt(uri))
  if (!/^(sqlite|postgres(ql)?(\+\w+)?):/.test(uri))
    throw invalid('tracking URI', `expected http://…, sqlite:///… or postgresql://…, got '${uri}'`)
  // The server stands above this folder, so it is reached by the package's own name, and only when it is needed.
  const { openApp } = (await import(SERVER)) as ServerModule
  const { app } = await openApp({ backendStoreUri: uri })
  return createClient(contract, { baseUrl: 'http://localhost', fetch: app })
}

/** A server's address without credentials, and these as a header: from the address, or from the environment. */
export function serverAt(uri: string): Pick<ClientOptions, 'baseUrl' | 'headers'> {
  const url = new URL(uri)
  const { username, password } = url
  url.username = url.password = ''
  const headers = username ? basic(decodeURIComponent(username), decodeURIComponent(password)) : authorization()
  return { baseUrl: url.href, headers }
}

/** A tracking URI in the form that all its spellings share. */
export function oneSpelling(uri: string): string {
  const file = /^sqlite(?:\+\w+)?:\/\/\/(.+)$/.exec(uri)?.[1]
  if (file !== undefined) return `sqlite:///${resolve(file)}`
  return uri.replace(/\/+$/, '')
}

/** Credentials from the environment, under the names that MLflow's clients use. */
function authorization(): Record<string, string> {
  const {
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: user,
    MLFLOW_TRACKING_PASSWORD: password,
  } = process.env
  if (user && password) return basic(user, password)
  return token ? { authorization: `Bearer ${token}` } : {}
}

const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
})
