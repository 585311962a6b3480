import { chromium } from 'playwright-core'
import * as data from './data.ts'
import { connect } from './load.ts'
import { type Peer, start, temporaryFolder } from './servers.ts'

const RUNS = 2000
const ROUNDS = 3
const FLAGS =
  '--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync'.split(
    ' ',
  )

/** Until the first run of 2,000 can be read, in a browser that has never been here; and the kilobytes that it took. */
export async function measurePage(peer: Peer, browserPath: string): Promise<Record<string, number>> {
  const { folder, remove } = temporaryFolder()
  const server = await start(peer, folder)
  const { call, close } = connect(server.url, 4)
  const experimentId = await data.createExperiment(call, 'sweep')
  for (let i = 0; i < RUNS; i += 4)
    await Promise.all(Array.from({ length: 4 }, (_, n) => data.logSweepRun(call, experimentId, i + n)))
  close()
  const rounds: { ms: number; kilobytes: number }[] = []
  for (let i = 0; i < ROUNDS; i++)
    rounds.push(await openPage(`${server.url}/#/experiments/${experimentId}/runs`, browserPath))
  await server.stop()
  remove()
  const median = rounds.sort((a, b) => a.ms - b.ms)[ROUNDS >> 1]!
  return { 'runs table visible': median.ms, 'runs table moved': median.kilobytes }
}

async function openPage(url: string, executablePath: string): Promise<{ ms: number; kilobytes: number }> {
  const browser = await chromium.launch({ executablePath, args: FLAGS })
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
  const network = await page.context().newCDPSession(page)
  await network.send('Network.enable')
  let moved = 0
  network.on('Network.loadingFinished', ({ encodedDataLength }) => (moved += encodedDataLength))
  const begun = performance.now()
  await page.goto(url)
  await page
    .getByText(`run-${RUNS - 1}`, { exact: true })
    .first()
    .waitFor({ timeout: 120_000 })
  const ms = performance.now() - begun
  await page.waitForTimeout(1500) // what follows counts as moved
  await browser.close()
  return { ms, kilobytes: moved / 1000 }
}
