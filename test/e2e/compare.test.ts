import assert from 'node:assert/strict'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, client, experiment, run } = await openSite()
const experimentId = await experiment('compared')
const told = { params: { depth: '3', rate: '0.1' }, metrics: { loss: [2, 1], acc: 0.5 } }
const one = await run(experimentId, { ...told, name: 'one' })
const two = await run(experimentId, { ...told, name: 'two', params: { depth: '3', rate: '0.2', extra: 'x' } })
const three = await run(experimentId, { ...told, name: 'three', isRunning: true, metrics: { loss: [2, 0.5] } })
const address = (runIds: string[]) =>
  `${url}/#/compare-runs?runs=${encodeURIComponent(JSON.stringify(runIds))}&experiments=["${experimentId}"]`

inBrowser('selected runs are compared, and the way back keeps them selected', async (page) => {
  await page.goto(`${url}/#/experiments/${experimentId}`)
  for (const name of ['one', 'two']) await page.getByRole('checkbox', { name: `Select ${name}` }).click()
  await page.getByRole('link', { name: 'Compare' }).click()
  await page.getByRole('heading', { name: '2 runs compared' }).waitFor()
  await page.goBack()
  await page.getByText('2 selected').waitFor()
})

inBrowser('what differs is shown, and the same is folded away', async (page) => {
  await page.goto(address([one, two]))
  await page.getByRole('rowheader', { name: 'rate' }).waitFor()
  assert.match(await page.getByRole('row', { name: /^rate/ }).innerText(), /0\.1\s+0\.2/)
  assert.match(await page.getByRole('row', { name: /^extra/ }).innerText(), /–\s+x/)
  assert.equal(await page.getByRole('rowheader', { name: 'depth' }).isVisible(), false)
  await page
    .getByText(/the same in all runs/)
    .first()
    .click()
  await page.getByRole('rowheader', { name: 'depth' }).waitFor()
})

inBrowser('a run that is compared while it runs is followed', async (page) => {
  await page.goto(address([one, three]))
  const loss = page.getByRole('row', { name: /^loss/ })
  await eventually(async () => assert.match(await loss.innerText(), /0\.5000/))
  await client.runs.logBatch({ runId: three, metrics: [{ key: 'loss', value: 0.25, step: 2, timestamp: 2 }] })
  await eventually(async () => assert.match(await loss.innerText(), /0\.2500/))
})

inBrowser('charts, parallel coordinates and a scatter of two show all runs', async (page) => {
  await page.goto(address([one, two, three]))
  await page.getByRole('img', { name: 'loss of 3 runs over steps' }).waitFor()
  await page.getByRole('img', { name: 'Parallel coordinates' }).locator('path').first().waitFor()
  await page.getByLabel('Across').selectOption('rate')
  await page.getByLabel('Up').selectOption('loss')
  const points = page.getByRole('img', { name: 'loss over rate' }).locator('path')
  await eventually(async () => assert.ok((await points.count()) >= 3))
})

inBrowser(
  'a run that is not there is named, and the others are compared',
  async (page) => {
    await page.goto(address([one, two, '0'.repeat(32)]))
    assert.match(await page.getByRole('alert').innerText(), /00000/)
    await page.getByRole('rowheader', { name: 'rate' }).waitFor()
  },
  { expects: /404/ },
)
