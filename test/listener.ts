import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { setTimeout } from 'node:timers/promises'
import { atEnd } from './databases.ts'

export interface Heard {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A receiver of webhooks on this machine. */
export interface Listener {
  readonly url: string
  readonly heard: Heard[]
  /** Waits until it has heard `count` requests. */
  hear(count: number): Promise<Heard[]>
  close(): Promise<void>
}

type Answer = (response: ServerResponse, nth: number) => void

/** @param answer - Given the number of the request, from 0; by default it answers 200 and says something. */
export async function openListener(
  answer: Answer = (response) => response.end('what the receiver says'),
): Promise<Listener> {
  const heard: Heard[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    const nth = heard.push({ path: request.url!, headers: request.headers, body }) - 1
    answer(response, nth)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = async () => {
    server.closeAllConnections()
    if (server.listening) await new Promise((done) => server.close(done))
  }
  atEnd(close)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    async hear(count) {
      for (let i = 0; i < 1500 && heard.length < count; i++) await setTimeout(10)
      if (heard.length < count) throw new Error(`heard ${heard.length} of ${count}`)
      return heard
    },
    close,
  }
}

/** The event that a request tells of. */
export function eventOf({ body }: Heard): string {
  const { entity, action } = JSON.parse(body) as Record<string, string>
  return `${entity}.${action}`
}

/** The signature that MLflow's documentation asks for. */
export const signatureOf = ({ headers, body }: Heard, secret: string): string =>
  `v1,${createHmac('sha256', secret)
    .update(`${headers['x-mlflow-delivery-id'] as string}.${headers['x-mlflow-timestamp'] as string}.${body}`)
    .digest('base64')}`
