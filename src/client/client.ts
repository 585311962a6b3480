import { ApiError, type ErrorCode, STATUS_OF } from '../wire/errors.ts'
import {
  type Calls,
  type CallOptions,
  type Contract,
  type Endpoint,
  methodsOf,
  pathsOf,
  raw,
} from '../wire/endpoint.ts'

/** Anything that answers a request: `fetch`, or an app in this process. */
export type Fetch = (request: Request) => Promise<Response>

export interface ClientOptions {
  /** Where the server is, with its path prefix: `http://127.0.0.1:5000`. */
  readonly baseUrl: string
  readonly fetch?: Fetch
  /** The prefix that calls go to; pages use `ajax-api`. */
  readonly prefix?: 'api' | 'ajax-api'
  readonly headers?: Record<string, string>
}

export type Client<C extends Contract> = { readonly [S in keyof C]: Calls<C[S]> }

/**
 * The whole API as functions: `client.runs.create({ experimentId: '0' })`.
 *
 * @throws ApiError with the server's code and sentence; `TEMPORARILY_UNAVAILABLE` when it cannot be reached.
 */
export function createClient<C extends Contract>(contract: C, options: ClientOptions): Client<C> {
  const services = Object.entries(contract).map(([name, service]) => {
    const calls = Object.entries(service).map(([verb, endpoint]) => [verb, call(endpoint, options)])
    return [name, Object.fromEntries(calls)]
  })
  return Object.fromEntries(services) as Client<C>
}

function call(endpoint: Endpoint, { baseUrl, fetch = globalThis.fetch, prefix = 'api', headers }: ClientOptions) {
  const method = methodsOf(endpoint)[0]!
  const paths = pathsOf(endpoint)
  const template = paths.find((path) => path.startsWith(`/${prefix}/`)) ?? paths[0]!
  const inQuery = method === 'GET' || endpoint.rawBody

  return async (input: unknown, { signal, body }: CallOptions = {}) => {
    const sent = endpoint.request.write(input) as Record<string, unknown>
    const path = fillPath(template, endpoint, sent)
    const request = new Request(baseUrl.replace(/\/$/, '') + path + (inQuery ? toQuery(sent) : ''), {
      method,
      signal: signal ?? null,
      headers: { ...headers, ...(!inQuery && { 'content-type': 'application/json' }) },
      ...(inQuery ? body !== undefined && { body, duplex: 'half' } : { body: JSON.stringify(sent) }),
    } as RequestInit)
    const response = await fetch(request).catch((cause: Error) => {
      if (signal?.aborted) throw cause
      throw new ApiError('TEMPORARILY_UNAVAILABLE', `${baseUrl} cannot be reached: ${reasonOf(cause)}`, { cause })
    })
    if (!response.ok) throw await toError(response)
    if (endpoint.response === raw) return response
    return endpoint.response.read(JSON.parse((await response.text()) || '{}'))
  }
}

/** Puts the values that belong into the path there, and takes them from `sent`. */
function fillPath(template: string, { request }: Endpoint, sent: Record<string, unknown>): string {
  return template.replace(/:(\w+)(\{\.\+\})?/g, (_, key: string) => {
    const { name } = request.fields.find((field) => field.key === key)!
    const value = String(sent[name])
    delete sent[name]
    return value.split('/').map(encodeURIComponent).join('/')
  })
}

function toQuery(sent: Record<string, unknown>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(sent))
    for (const each of Array.isArray(value) ? value : [value]) query.append(name, String(each))
  return query.size ? `?${query}` : ''
}

/** What an answer means that is not the API's own, such as a proxy's. */
const CODES: Record<number, ErrorCode> = {
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'ENDPOINT_NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  502: 'TEMPORARILY_UNAVAILABLE',
  503: 'TEMPORARILY_UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
}

async function toError(response: Response): Promise<ApiError> {
  const text = await response.text()
  const { error_code: code, message } = parseObject(text)
  const { status } = response
  if (typeof code === 'string') {
    const known = Object.hasOwn(STATUS_OF, code) ? (code as ErrorCode) : 'INTERNAL_ERROR'
    return new ApiError(known, String(message ?? code), { status })
  }
  const found = CODES[status] ?? (status < 500 ? 'BAD_REQUEST' : 'INTERNAL_ERROR')
  return new ApiError(found, text.slice(0, 500) || `${response.url} answered ${status}`, { status })
}

function parseObject(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    return {} // not JSON: some proxy's page
  }
}

const reasonOf = (error: Error) => (error.cause instanceof Error ? error.cause.message : error.message)
