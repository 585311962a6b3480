import { Agent as HttpAgent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http'
import { Agent as HttpsAgent, request as requestHttps } from 'node:https'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { AwsV4Signer } from 'aws4fetch'
import { ApiError } from '../wire/errors.ts'
import type { S3Settings } from './s3-settings.ts'
import { textIn } from './xml.ts'

const TRIES = 4
const FIRST_PAUSE_MS = 100
const SILENCE_MS = 60_000

type Query = Readonly<Record<string, string | number>>

export interface S3Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** Of the object; absent for the bucket. */
  readonly key?: string
  readonly query?: Query
  readonly headers?: Readonly<Record<string, string>>
  /** In memory, so that it can be sent again. */
  readonly body?: readonly Uint8Array[]
}

/** What a bucket answered that was not asked for. */
export class S3Failure extends Error {
  override readonly name = 'S3Failure'
  readonly status: number
  /** S3's word for it, such as `NoSuchKey`; '' when it said nothing. */
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

export interface S3Client {
  /**
   * Sends a request, several times if need be; the answer's body must be read or destroyed.
   *
   * @throws S3Failure
   */
  send(request: S3Request): Promise<IncomingMessage>
  /** The same with the whole answer as text. */
  ask(request: S3Request): Promise<string>
  /** A URL that carries the right to a request. */
  sign(request: S3Request, seconds: number): Promise<string>
}

export function s3Client(settings: S3Settings): S3Client {
  const { url: base, region, headers: always, trustAnyCertificate, credentials } = settings
  const isSecure = base.startsWith('https:')
  const agent = isSecure
    ? new HttpsAgent({ keepAlive: true, rejectUnauthorized: !trustAnyCertificate })
    : new HttpAgent({ keepAlive: true })
  const cache = new Map<string, ArrayBuffer>() // of keys that are made of the secret once a day

  const toUrl = ({ key = '', query = {} }: S3Request) => `${base}/${encodeKey(key)}${encodeQuery(query)}`

  async function signed(request: S3Request, extra: { signQuery?: boolean } = {}) {
    const { accessKeyId, secretAccessKey, sessionToken } = await credentials()
    const signer = new AwsV4Signer({
      method: request.method,
      url: toUrl(request),
      headers: { ...always, ...request.headers },
      accessKeyId,
      secretAccessKey,
      ...(sessionToken && { sessionToken }),
      service: 's3',
      region,
      cache,
      ...extra,
    })
    return await signer.sign()
  }

  async function once(request: S3Request): Promise<IncomingMessage> {
    const { url, headers } = await signed(request)
    const { method, body = [] } = request
    const length = body.reduce((sum, chunk) => sum + chunk.length, 0)
    const sent = (isSecure ? requestHttps : requestHttp)(url, {
      method,
      agent,
      headers: { ...Object.fromEntries(headers), ...(method !== 'GET' && { 'content-length': length }) },
    })
    const answer = answerTo(sent)
    for (const chunk of body) sent.write(chunk)
    sent.end()
    return await answer
  }

  async function send(request: S3Request): Promise<IncomingMessage> {
    for (let tries = 1; ; tries++) {
      const failure = await once(request).then(
        async (response) => (response.statusCode! < 300 ? response : await toFailure(response)),
        (error: Error) => error,
      )
      if (!(failure instanceof Error)) return failure
      if (tries === TRIES || !isPassing(failure)) throw failure
      await setTimeout(FIRST_PAUSE_MS * 2 ** tries * (0.5 + Math.random()))
    }
  }

  return {
    send,
    ask: async (request) => await text(await send(request)),
    sign: async (request, seconds) =>
      String(
        (await signed({ ...request, query: { ...request.query, 'X-Amz-Expires': seconds } }, { signQuery: true })).url,
      ),
  }
}

/** Knows nothing of what is sent: Node keeps what waits for an answer until the connection's next, and with it all that it knows. */
function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.setTimeout(SILENCE_MS, () => sent.destroy(new Error(`nothing came for ${SILENCE_MS / 1000} s`)))
    sent.on('error', reject)
    sent.on('response', (response) => {
      response.on('error', () => {}) // whoever reads it hears of it
      sent.setTimeout(0) // who reads it may be slow
      resolve(response)
    })
  })
}

async function toFailure(response: IncomingMessage): Promise<S3Failure> {
  const body = await text(response).catch(() => '')
  const region = response.headers['x-amz-bucket-region']
  const message =
    response.statusCode! < 400 && region ? `it is in the region '${region}': set AWS_REGION` : textIn(body, 'Message')
  return new S3Failure(response.statusCode!, textIn(body, 'Code'), message)
}

/** Whether it may be otherwise in a moment: the store is busy, or the connection broke. */
const isPassing = (failure: Error) =>
  failure instanceof S3Failure ? failure.status >= 500 || failure.status === 429 : !(failure instanceof ApiError)

const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)

const encodeKey = (key: string) => encode(key).replaceAll('%2F', '/')

const encodeQuery = (query: Query) => {
  const pairs = Object.entries(query).map(([name, value]) => `${encode(name)}=${encode(String(value))}`)
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}
