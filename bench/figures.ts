import { statSync } from 'node:fs'
import { join } from 'node:path'
import * as data from './data.ts'
import { connect, medianMs, rateOf } from './load.ts'
import { type Peer, start, temporaryFolder } from './servers.ts'

/** What was measured of a server, by the name of the figure. */
export type Measured = Record<string, number>

const MLFLOW_IS_SLOW = 0.1
const RUNS = 2000
const SERIES = 200_000

/**
 * Puts the same load on a server and measures it.
 *
 * The load is bounded by time where a rate is measured, and by number where a
 * state is (2,000 runs, a series of 200,000 points).
 */
export async function measureServer(peer: Peer, say: (what: string) => void): Promise<Measured> {
  const { folder, remove } = temporaryFolder()
  say('first start')
  await (await start(peer, folder)).stop() // makes the store
  const server = await start(peer, folder)
  const measured: Measured = { start: server.startMs }
  const { call, close } = connect(server.url, 16)
  try {
    await call('/health')
    await pause(3000)
    measured['idle memory'] = server.memory()

    say('log-metric')
    const experimentId = await data.createExperiment(call, 'rates')
    const runIds = await Promise.all(Array.from({ length: 16 }, (_, i) => data.createRun(call, experimentId, i)))
    const logOne = (i: number) => data.logMetric(call, runIds[i % 16]!, i)
    await rateOf(16, 1, logOne) // warm
    const before = server.cpu()
    const single = await rateOf(16, 8, (i) => logOne(1_000_000 + i))
    measured['log-metric'] = single.perSecond
    measured['log-metric by CPU second'] = single.count / (server.cpu() - before)

    say('log-batch')
    const batchRuns = await Promise.all(Array.from({ length: 4 }, (_, i) => data.createRun(call, experimentId, i)))
    const beforeBatches = server.cpu()
    const batches = await rateOf(4, 8, (i) => data.logThousand(call, batchRuns[i % 4]!, `loss_${i % 4}`, i))
    measured['log-batch'] = batches.perSecond * 1000
    measured['log-batch by CPU second'] = (batches.count * 1000) / (server.cpu() - beforeBatches)

    say(`${RUNS} runs`)
    const sweepId = await data.createExperiment(call, 'sweep')
    for (let i = 0; i < RUNS; i += 4)
      await Promise.all(Array.from({ length: 4 }, (_, n) => data.logSweepRun(call, sweepId, i + n)))
    measured['runs/search, the first'] = await medianMs(1, () => data.searchNewest(call, sweepId))
    const isSlow = measured['log-metric'] < 1000
    const times = (most: number) => (isSlow ? Math.ceil(most * MLFLOW_IS_SLOW) : most)
    measured['runs/search'] = await medianMs(times(200), () => data.searchNewest(call, sweepId))

    say(`a series of ${SERIES} points`)
    const long = await data.createRun(call, experimentId)
    for (let i = 0; i < SERIES / 1000; i++) await data.logThousand(call, long, 'loss', i)
    measured['get-history-bulk-interval'] = await medianMs(times(100), () => data.readInterval(call, long, 'loss'))
    measured['memory after the load'] = server.memory()
  } finally {
    close()
    await server.stop()
    remove()
  }
  say('bytes of a point')
  measured['bytes of a point'] = await bytesOfPoint(peer, peer.name === 'MLflow' ? 40 : 400)
  return measured
}

/** How much the files of a store grow for each point of a series. */
async function bytesOfPoint(peer: Peer, thousands: number): Promise<number> {
  const { folder, remove } = temporaryFolder()
  const store = join(folder, 'store.db')
  const first = await start(peer, folder)
  const setUp = connect(first.url, 1)
  const experimentId = await data.createExperiment(setUp.call, 'series')
  const runId = await data.createRun(setUp.call, experimentId)
  setUp.close()
  await first.stop() // writes all to the one file
  const empty = statSync(store).size
  const server = await start(peer, folder)
  const { call, close } = connect(server.url, 1)
  for (let i = 0; i < thousands; i++) await data.logThousand(call, runId, 'loss', i)
  close()
  await server.stop()
  const grown = statSync(store).size - empty
  remove()
  return grown / (thousands * 1000)
}

export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))
