import { Agent, request } from 'node:http'

/** One request on a connection that is kept. @throws Error for an answer that is not a 200. */
export type Call = (path: string, body?: unknown) => Promise<Buffer>

export function connect(url: string, connections: number): { call: Call; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const { hostname, port } = new URL(url)
  const call: Call = (path, body) =>
    new Promise((resolve, reject) => {
      const payload =
        body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
      const sent = request(
        {
          agent,
          hostname,
          port,
          path,
          method: payload ? 'POST' : 'GET',
          headers: payload && { 'content-type': 'application/json', 'content-length': payload.length },
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.on('end', () => {
            const answer = Buffer.concat(parts)
            if (response.statusCode === 200) resolve(answer)
            else reject(new Error(`${path} answered ${response.statusCode}: ${answer.toString().slice(0, 200)}`))
          })
        },
      )
      sent.on('error', reject)
      sent.end(payload)
    })
  return { call, close: () => agent.destroy() }
}

export interface Rate {
  readonly perSecond: number
  readonly count: number
}

/** How often something can be done in some seconds by a number of workers at once. */
export async function rateOf(workers: number, seconds: number, work: (i: number) => Promise<unknown>): Promise<Rate> {
  let count = 0
  const begun = performance.now()
  const end = begun + seconds * 1000
  await Promise.all(
    Array.from({ length: workers }, async () => {
      while (performance.now() < end) await work(count++)
    }),
  )
  return { count, perSecond: count / ((performance.now() - begun) / 1000) }
}

/** The median of the milliseconds that something takes, done one after the other. */
export async function medianMs(times: number, work: () => Promise<unknown>): Promise<number> {
  const took: number[] = []
  for (let i = 0; i < times; i++) {
    const begun = performance.now()
    await work()
    took.push(performance.now() - begun)
  }
  return took.sort((a, b) => a - b)[times >> 1]!
}
