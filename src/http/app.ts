import { Hono } from 'hono'
import { checkAccess, checkRule, localPrincipal } from './access.ts'
import {
  type Context,
  type Endpoint,
  type Handlers,
  type Method,
  methodsOf,
  pathsOf,
  raw,
  type Service,
} from '../wire/endpoint.ts'
import { ApiError, errorBody } from '../wire/errors.ts'
import { readOrThrow, textOf } from '../wire/schema.ts'
import { readJson } from './body.ts'
import { compressed } from './compress.ts'

export type App = (request: Request) => Promise<Response>

type Handle = (input: never, context: Context) => unknown

export interface Route {
  readonly endpoint: Endpoint
  readonly handle: Handle
}

export interface AppOptions {
  /** Put before every path, such as `/mlflow`; empty by default. */
  readonly prefix?: string
  /** Answers what no route does: the pages and their files. */
  readonly fallback?: App
  /** Told of errors that are ours. */
  readonly onBug?: (error: unknown, request: Request) => void
  /** Told of every answer of a route. */
  readonly onAnswer?: (path: string, method: string, status: number, milliseconds: number) => void
}

/** Joins a service with what serves it. */
export const routes = <S extends Service>(service: S, handlers: Handlers<S>): Route[] =>
  Object.entries(service).map(([name, endpoint]) => ({ endpoint, handle: handlers[name] as Handle }))

/** Calls an endpoint from within, as somebody would from outside: with access and input checked. */
export type Call = (endpoint: Endpoint, input: unknown, context: Context) => Promise<any>

export function callerOf(all: readonly Route[]): Call {
  const handles = new Map(all.map(({ endpoint, handle }) => [endpoint, handle]))
  return async (endpoint, input, context) => {
    checkAccess(context.principal, endpoint.access)
    return await handles.get(endpoint)!(readOrThrow(() => endpoint.request.read(input)) as never, context)
  }
}

/**
 * Makes an app of routes: a function from request to response, which needs no socket.
 *
 * @throws Error for a route whose access rule cannot be evaluated.
 */
export function createApp(all: readonly Route[], options: AppOptions = {}): App {
  const { prefix = '', fallback, onBug, onAnswer } = options
  const hono = new Hono()
  for (const route of all) {
    checkRule(route.endpoint)
    for (const path of pathsOf(route.endpoint))
      hono.on([...methodsOf(route.endpoint)], prefix + path, async ({ req }) => {
        const start = performance.now()
        const response = await answer(route, req.raw, req.param() as Record<string, string>, onBug)
        onAnswer?.(route.endpoint.path, req.method, response.status, performance.now() - start)
        return response
      })
  }
  for (const [path, methods] of methodsByPath(all)) hono.all(prefix + path, () => wrongMethod(methods))
  hono.notFound(({ req }) => (fallback ? fallback(req.raw) : nothingHere()))
  hono.onError((error, { req }) => toFailure(error, req.raw, onBug))
  return async (request) => {
    if (request.method !== 'HEAD') return hono.fetch(request)
    const response = await hono.fetch(new Request(request.url, { headers: request.headers }))
    await response.body?.cancel() // or what it reads from would stay open
    return new Response(null, response)
  }
}

function methodsByPath(all: readonly Route[]): Map<string, Set<Method>> {
  const found = new Map<string, Set<Method>>()
  for (const { endpoint } of all)
    for (const path of pathsOf(endpoint)) found.set(path, new Set([...(found.get(path) ?? []), ...methodsOf(endpoint)]))
  return found
}

async function answer(
  { endpoint, handle }: Route,
  request: Request,
  path: Record<string, string>,
  onBug: AppOptions['onBug'],
): Promise<Response> {
  try {
    checkAccess(localPrincipal, endpoint.access)
    const input = await readInput(endpoint, request, path)
    const output = await handle(input as never, { request, principal: localPrincipal })
    if (endpoint.response === raw) return output as Response
    return await toResponse(textOf(endpoint.response, output), 200, request)
  } catch (error) {
    if (endpoint.rawBody) void readOn(request)
    return await toFailure(error, request, onBug)
  } finally {
    // asking for a body that was read would make one; GET has none
    if (request.method !== 'GET' && !request.bodyUsed) await request.body?.cancel().catch(() => {}) // gone already
  }
}

/** Reads what a handler left of a body, or the connection would be of no more use. */
async function readOn(request: Request): Promise<void> {
  if (!request.bodyUsed || request.body?.locked) return
  const reader = request.body!.getReader()
  for (let done = false; !done;) ({ done } = await reader.read().catch(() => ({ done: true }))) // the client went away
}

async function readInput(endpoint: Endpoint, request: Request, path: Record<string, string>): Promise<unknown> {
  const { request: message } = endpoint
  const question = request.url.indexOf('?')
  if (endpoint.rawBody || (request.method === 'GET' && (question >= 0 || !request.headers.has('content-type')))) {
    const query = new URLSearchParams(question >= 0 ? request.url.slice(question) : '')
    for (const [name, value] of Object.entries(path)) query.set(name, value)
    return readOrThrow(() => message.readQuery(query))
  }
  const body = await readJson(request)
  const sent = Object.keys(path).length > 0 ? { ...withoutPathKeys(Object(body), endpoint, path), ...path } : body
  return readOrThrow(() => message.read(sent))
}

/** What the path says counts, however the body spells it. */
function withoutPathKeys(body: object, { request }: Endpoint, path: Record<string, string>): object {
  const names = new Set(request.fields.filter(({ key }) => key in path).map(({ name }) => name))
  return Object.fromEntries(Object.entries(body).filter(([name]) => !names.has(name)))
}

async function toFailure(error: unknown, request: Request, onBug: AppOptions['onBug']): Promise<Response> {
  const told = error instanceof ApiError ? error : toldInstead(error, request, onBug)
  return await toResponse(JSON.stringify(errorBody(told)), told.status, request)
}

function toldInstead(error: unknown, request: Request, onBug: AppOptions['onBug']): ApiError {
  if ((error as NodeJS.ErrnoException)?.code === 'ECONNRESET' && request.signal.aborted)
    return new ApiError('CANCELLED', 'The client hung up') // which only the counters of answers hear
  onBug?.(error, request)
  return new ApiError('INTERNAL_ERROR', 'Something went wrong in the server; its log says what')
}

const encoder = new TextEncoder()

async function toResponse(text: string | undefined, status: number, request: Request): Promise<Response> {
  const bytes = encoder.encode(text)
  const headers = { 'content-type': 'application/json' }
  return (await compressed(bytes, status, headers, request)) ?? new Response(bytes, { status, headers })
}

/** Not JSON, since clients take a JSON 404 for an endpoint's answer, and another for its absence. */
const nothingHere = () => new Response('Not Found', { status: 404, headers: { 'content-type': 'text/plain' } })

const wrongMethod = (allowed: Set<Method>) =>
  new Response('Method Not Allowed', {
    status: 405,
    headers: { 'content-type': 'text/plain', allow: [...allowed].join(', ') },
  })
