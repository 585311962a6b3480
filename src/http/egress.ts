import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { ApiError, invalid } from '../wire/errors.ts'

const MOST_ANSWER_BYTES = 64 * 1024
const LONGEST_URL = 2048
/** Where Azure's machines find their host's services: a public address that is none. */
const AZURE_HOST = '168.63.129.16'
/** All of IPv6 that has been given to the public internet. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3')

export interface EgressOptions {
  /** Only `https` by default. */
  readonly allowedSchemes?: readonly string[]
  /** Lets requests reach this machine and the networks that it is in. */
  readonly allowPrivate?: boolean
  /** How long a request may take, from the name's resolution to the answer's end. */
  readonly timeoutMs?: number
  readonly resolve?: (host: string) => Promise<LookupAddress[]>
}

/** What is told of an answer. Never its body: what a server inside a network says is not for who made us call it. */
export interface EgressAnswer {
  readonly status: number
  /** What a `Retry-After` in seconds asked for. */
  readonly retryAfterSeconds?: number
}

/** The only way from here to addresses that a caller named. */
export interface Egress {
  /** @throws ApiError `INVALID_PARAMETER_VALUE` for a URL that may not be reached. */
  check(url: string): Promise<void>
  /**
   * Posts to a URL; a redirect is an answer, and is not followed.
   *
   * @throws ApiError `INVALID_PARAMETER_VALUE` for a URL that may not be reached,
   * `TEMPORARILY_UNAVAILABLE` when there is no answer.
   */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<EgressAnswer>
}

/** Makes requests that reach public addresses alone: a name is resolved once, and what was checked is what is connected to. */
export function createEgress(options: EgressOptions = {}): Egress {
  const { allowedSchemes = ['https'], allowPrivate = false, timeoutMs = 30_000, resolve = resolveAll } = options

  async function addressesOf(text: string, signal: AbortSignal): Promise<{ url: URL; addresses: LookupAddress[] }> {
    const url = toUrl(text, allowedSchemes)
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    const family = isIP(host)
    const addresses = family
      ? [{ address: host, family }]
      : await orAbort(resolve(host), signal).catch(unresolved(host))
    if (addresses.length === 0) unresolved(host)()
    if (!allowPrivate && !addresses.every(({ address }) => isPublic(address)))
      throw invalid('url', `'${host}' is not at a public address`)
    return { url, addresses }
  }

  return {
    async check(text) {
      await addressesOf(text, AbortSignal.timeout(timeoutMs)).catch((error: ApiError) => {
        throw invalid('url', error.message.replace(/^.*?: /, ''))
      })
    },

    async post(text, headers, body) {
      const signal = AbortSignal.timeout(timeoutMs)
      const { url, addresses } = await addressesOf(text, signal)
      try {
        return await postTo(url, addresses, headers, body, signal)
      } catch (error) {
        throw noAnswer(signal.aborted ? `nothing came within ${timeoutMs / 1000} s` : reasonOf(error), error)
      }
    },
  }
}

function toUrl(text: string, allowedSchemes: readonly string[]): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (!url || text.length > LONGEST_URL || /[\s\\\p{Cc}]/u.test(text)) throw invalid('url', `it is not a URL`)
  const scheme = url.protocol.slice(0, -1)
  if (!['http', 'https'].includes(scheme) || !allowedSchemes.includes(scheme))
    throw invalid('url', `expected ${allowedSchemes.join(' or ')}, got '${scheme}'`)
  const authority = /^\w+:\/\/([^/?#]+)/.exec(text)?.[1]
  if (authority === undefined || authority.includes('@'))
    throw invalid('url', 'it must be written as scheme://host/path, without a user')
  if (isIP(url.hostname) && !authority.startsWith(url.hostname))
    throw invalid('url', `write its address as ${url.hostname}`)
  return url
}

/** Whether an address is one of the public internet; forms that carry another address inside are not. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address) || address === AZURE_HOST) return false
  const parsed = ipaddr.parse(address)
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_UNICAST))
}

const resolveAll = (host: string) => lookup(host, { all: true, verbatim: true })

function postTo(
  url: URL,
  addresses: LookupAddress[],
  headers: Readonly<Record<string, string>>,
  body: string,
  signal: AbortSignal,
): Promise<EgressAnswer> {
  const [request, agent] = url.protocol === 'https:' ? [requestHttps, new HttpsAgent()] : [requestHttp, new HttpAgent()] // not the global one, which may go through a proxy
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: 'POST',
      agent,
      signal,
      headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      lookup: (_host, { all }, callback) =>
        all ? callback(null, addresses) : callback(null, addresses[0]!.address, addresses[0]!.family),
    })
    sent.on('error', reject)
    sent.on('response', (response) => drain(response).then(() => resolve(toAnswer(response)), reject))
    sent.end(body)
  })
}

/** Lets an answer end as its sender expects, unless that takes too much. */
async function drain(response: IncomingMessage): Promise<void> {
  let bytes = 0
  for await (const chunk of response) if ((bytes += chunk.length) > MOST_ANSWER_BYTES) break // which ends the connection
}

function toAnswer({ statusCode = 0, headers }: IncomingMessage): EgressAnswer {
  const seconds = headers['retry-after']
  return { status: statusCode, ...(seconds && /^\d{1,9}$/.test(seconds) && { retryAfterSeconds: Number(seconds) }) }
}

const orAbort = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  Promise.race([promise, new Promise<never>((_, reject) => signal.addEventListener('abort', reject, { once: true }))])

const unresolved = (host: string) => (): never => {
  throw noAnswer(`the name '${host}' is not known`)
}

const noAnswer = (reason: string, cause?: unknown) =>
  new ApiError('TEMPORARILY_UNAVAILABLE', `No answer from the URL: ${reason}`, { cause })

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was cut',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
}

const reasonOf = (error: unknown) => {
  const { code = '' } = error as { code?: string }
  return (
    REASONS[code] ??
    (/CERT|SSL|TLS|SIGNATURE|ALTNAME/.test(code)
      ? `its certificate is not trusted (${code})`
      : code || 'the connection failed')
  )
}
