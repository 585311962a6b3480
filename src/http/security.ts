import type { App } from './app.ts'

export interface SecurityOptions {
  /** Host names that requests may be for, with `*` for any run of characters; `*` alone for all. */
  readonly allowedHosts?: readonly string[]
  /** Origins whose pages may call the API; `*` for all, whose calls then carry no credentials. */
  readonly corsAllowedOrigins?: readonly string[]
  readonly xFrameOptions?: string
  /** Put before every path, such as `/mlflow`. */
  readonly staticPrefix?: string
}

const LOCAL_HOSTS = ['localhost', '127.0.0.1', '[::1]', '0.0.0.0']
/** Addresses of private networks; names that only begin like one, such as `10.evil.example`, are not. */
const PRIVATE_ADDRESS =
  /^(?:(?:192\.168|10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}|\[f[cd][0-9a-f]{2}:[0-9a-f:]+\])$/
const CHANGING = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/**
 * Stands before an app and refuses what a foreign web page could make a browser send.
 *
 * A request for a host that is not ours (DNS rebinding) and a change asked for
 * by a page of another origin are answered 403; the rest gets the headers that
 * keep a browser careful.
 *
 * @see MLflow 3.17 `mlflow.server.security`, whose defaults these are.
 */
export function secured(app: App, options: SecurityOptions = {}): App {
  const { allowedHosts, corsAllowedOrigins = [], xFrameOptions = 'SAMEORIGIN', staticPrefix = '' } = options
  const named = toMatcher(allowedHosts?.length ? allowedHosts : LOCAL_HOSTS)
  const hosts = (host: string) => named(host) || (!allowedHosts?.length && PRIVATE_ADDRESS.test(host))
  const anyOrigin = corsAllowedOrigins.includes('*')
  const origins = toMatcher(corsAllowedOrigins.filter((origin) => origin !== '*'))
  const exempt = new Set(['/health', '/version'].map((path) => staticPrefix + path))

  return async (request) => {
    const path = pathOf(request.url)
    const host = request.headers.get('host') ?? hostOf(request.url)
    if (!exempt.has(path) && !hosts(withoutPort(host)) && !hosts(host))
      return refusal(
        `Invalid Host header - possible DNS rebinding attack detected. To serve '${host}', start with --allowed-hosts '${host}'`,
      )
    const origin = request.headers.get('origin')
    const trusted = origin !== null && (isLocal(origin) || origins(origin))
    if (origin !== null && CHANGING.has(request.method) && !trusted && !anyOrigin && !isSame(origin, host))
      return refusal(`Cross-origin request blocked. To let it pass, start with --cors-allowed-origins '${origin}'`)
    const preflight = request.method === 'OPTIONS' && request.headers.has('access-control-request-method')
    const response = preflight ? new Response(null, { status: 204 }) : await app(request)
    response.headers.set('x-content-type-options', 'nosniff')
    if (xFrameOptions !== 'NONE') response.headers.set('x-frame-options', xFrameOptions)
    if (trusted) allowOrigin(response, origin, 'with credentials')
    else if (anyOrigin) allowOrigin(response, '*')
    return response
  }
}

function allowOrigin({ headers }: Response, origin: string, credentials?: 'with credentials'): void {
  headers.set('access-control-allow-origin', origin)
  if (credentials) headers.set('access-control-allow-credentials', 'true')
  headers.set('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE, OPTIONS')
  headers.set('access-control-allow-headers', 'Content-Type, Authorization, X-MLFLOW-WORKSPACE')
  headers.append('vary', 'Origin')
}

function toMatcher(patterns: readonly string[]): (text: string) => boolean {
  const exact = new Set(patterns)
  const wild = patterns.filter((pattern) => pattern.includes('*')).map(toRegExp)
  return (text) => exact.has(text) || wild.some((pattern) => pattern.test(text))
}

const toRegExp = (pattern: string) =>
  new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 'i')

const refusal = (text: string) =>
  new Response(text, { status: 403, headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' } })
const withoutPort = (host: string) => host.replace(/:\d+$/, '').toLowerCase()
const isLocal = (origin: string) => /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(origin)
const isSame = (origin: string, host: string) => origin.replace(/^https?:\/\//, '') === host
const hostOf = (url: string) => /^\w+:\/\/([^/]*)/.exec(url)?.[1] ?? ''
const pathOf = (url: string) => url.replace(/^\w+:\/\/[^/]*/, '').replace(/\?.*/s, '')
