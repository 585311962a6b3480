import assert from 'node:assert/strict'
import { inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, experiment, run } = await openSite()
const experimentId = await experiment('digits')
const told = { metrics: { loss: [2, 1], 'system/cpu': [40, 50] }, artifacts: { 'model/MLmodel': 'flavors: {}' } }
const runId = await run(experimentId, { name: 'first', ...told })
const other = await run(experimentId, { name: 'second', ...told })

const home = `experiments/${experimentId}`
const encoded = (ids: string[]) => encodeURIComponent(JSON.stringify(ids))

const spoken = (hash: string) => decodeURIComponent(hash).replaceAll(/[0-9a-f]{32}/g, 'RUN')

/** Addresses in the form in which MLflow's clients and people's notes have them, what is the title there, and what else. */
const LINKS: [hash: string, title: string, shows: string][] = [
  ['', 'Experiments', 'digits'],
  ['/experiments', 'Experiments', 'digits'],
  [`/${home}`, 'digits', '2 runs'],
  [`/${home}/runs`, 'digits', '2 runs'],
  [`/${home}/runs/${runId}`, 'first', 'None were logged.'],
  [`/${home}/runs/${runId}/model-metrics`, 'first', 'loss'],
  [`/${home}/runs/${runId}/system-metrics`, 'first', 'system/cpu'],
  [`/${home}/runs/${runId}/artifacts`, 'first', 'model'],
  [`/${home}/runs/${runId}/artifacts/model/MLmodel`, 'first', 'flavors: {}'],
  [`/compare-runs?runs=${encoded([runId, other])}&experiments=${encoded([experimentId])}`, '2 runs compared', 'second'],
]

for (const [hash, title, shows] of LINKS)
  inBrowser(`#${spoken(hash)} opens '${title}' and shows '${shows}'`, async (page) => {
    await page.goto(`${url}/#${hash}`)
    await page.getByRole('heading', { level: 1, name: title, exact: true }).waitFor()
    await page.getByText(shows, { exact: true }).first().waitFor()
  })

inBrowser('an address with no page says so and leads home', async (page) => {
  await page.goto(`${url}/#/no/such/page`)
  await page.getByText('There is no page at this address.').waitFor()
  await page.getByRole('link', { name: 'See all experiments.' }).click()
  await page.getByRole('link', { name: 'digits' }).waitFor()
})

inBrowser(
  'an experiment and a run that are not there are named in a sentence',
  async (page) => {
    await page.goto(`${url}/#/experiments/4242`)
    assert.match(await page.getByRole('alert').innerText(), /4242/)
    await page.goto(`${url}/#/${home}/runs/${'0'.repeat(32)}`)
    assert.match(await page.getByRole('alert').filter({ hasText: '000' }).innerText(), /000/)
  },
  { expects: /404/ },
)
