import assert from 'node:assert/strict'
import { setTimeout } from 'node:timers/promises'
import type { Client } from '../../src/client/client.ts'
import type { contract } from '../../src/wire/index.ts'
import { atEnd } from '../databases.ts'
import { randomBelow } from '../random.ts'

type Api = Client<typeof contract>

/** What was asked of a run, and which of it was answered. */
interface Ledger {
  readonly runId: string
  /** How many writes were begun; each has a number. */
  begun: number
  readonly answered: Set<number>
}

export interface Load {
  readonly ledgers: Ledger[]
  /** What the writers were told instead of an answer. */
  readonly failures: unknown[]
  /** Ends the writers and waits for them. */
  stop(): Promise<void>
}

const POINTS = 3
const WRITES_PER_RUN = 60

const KINDS: ((client: Api, runId: string, n: number) => Promise<unknown>)[] = [
  (client, runId, n) => client.metrics.log({ runId, key: 'metric', value: n, timestamp: n, step: n }),
  (client, runId, n) =>
    client.runs.logBatch({
      runId,
      metrics: Array.from({ length: POINTS }, (_, i) => ({ key: 'batch', value: n, timestamp: i, step: n })),
      params: [{ key: `batch${n}`, value: `${n}` }],
      tags: [{ key: `batch${n}`, value: `${n}` }],
    }),
  (client, runId, n) => client.runs.logParameter({ runId, key: `param${n}`, value: `${n}` }),
  (client, runId, n) => client.runs.setTag({ runId, key: `tag${n}`, value: `${n}` }),
  (client, runId, n) => client.proxy.upload({ artifactPath: `0/${runId}/artifacts/${n}.txt` }, { body: contentOf(n) }),
]

/** Some bytes to some tens of kilobytes. */
const contentOf = (n: number) => `${n}\n`.repeat(1 + ((n * 977) % 10_000))

/** Clients that write runs and all that belongs to them, as quickly as they are answered. */
export function startLoad(client: Api, writers: number, seed: number): Load {
  const ledgers: Ledger[] = []
  const failures: unknown[] = []
  const stopping = new AbortController()
  const { signal } = stopping

  async function attempt<T>(write: () => Promise<T>): Promise<T | undefined> {
    try {
      return await write()
    } catch (error) {
      failures.push(error)
      await setTimeout(20)
      return undefined
    }
  }

  async function writer(below: (limit: number) => number): Promise<void> {
    while (!signal.aborted) {
      const created = await attempt(() => client.runs.create({ experimentId: '0', tags: [] }))
      if (!created) continue
      const { runId } = created.run.info
      const ledger: Ledger = { runId, begun: 0, answered: new Set() }
      ledgers.push(ledger)
      for (let n = 0; n < WRITES_PER_RUN && !signal.aborted; n++) {
        ledger.begun = n + 1
        if (await attempt(() => KINDS[below(KINDS.length)]!(client, runId, n))) ledger.answered.add(n)
      }
    }
  }

  const writing = Array.from({ length: writers }, (_, i) => writer(randomBelow(seed * 100 + i)))
  const stop = async () => {
    stopping.abort()
    await Promise.all(writing)
  }
  atEnd(stop)
  return { ledgers, failures, stop }
}

/** Checks that a run has all that was answered, nothing that was not asked for, and no half of anything. */
export async function checkLedger(client: Api, { runId, begun, answered }: Ledger): Promise<void> {
  const [{ run }, metric, batch, { files }] = await Promise.all([
    client.runs.get({ runId }),
    client.metrics.getHistory({ runId, metricKey: 'metric' }),
    client.metrics.getHistory({ runId, metricKey: 'batch' }),
    client.artifacts.list({ runId }),
  ])
  const found = new Map<number, string[]>()
  const find = (n: number, what: string) => found.set(n, [...(found.get(n) ?? []), what])
  for (const { step, value } of [...metric.metrics, ...batch.metrics]) find(step, `point ${value}`)
  for (const { key, value } of [...run.data.params, ...run.data.tags])
    if (/^(batch|param|tag)\d+$/.test(key)) find(Number(/\d+/.exec(key)![0]), `${key.replace(/\d+/, '')} ${value}`)
  for (const { path } of files) {
    const text = await (await client.artifacts.get({ runId, path })).text()
    find(parseInt(path), text === contentOf(parseInt(path)) ? 'file' : `half of a file: ${text.length} bytes`)
  }

  for (const n of answered) assert.ok(found.has(n), `write ${n} of run ${runId} was answered and is not there`)
  for (const [n, parts] of found) {
    assert.ok(n < begun, `write ${n} of run ${runId} was never asked for`)
    assert.ok(wholes(n).includes(parts.join(', ')), `write ${n} of run ${runId} is there as ${parts.join(', ')}`)
  }
}

/** What each kind of write leaves, as a whole. */
const wholes = (n: number): string[] => [
  `point ${n}`,
  [...Array.from({ length: POINTS }, () => `point ${n}`), `batch ${n}`, `batch ${n}`].join(', '),
  `param ${n}`,
  `tag ${n}`,
  'file',
]
