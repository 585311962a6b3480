import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, experiment, run } = await openSite()
const experimentId = await experiment('filtered')
await run(experimentId, { name: 'tree', metrics: { loss: 0.5 }, params: { model: 'tree' }, tags: { team: 'vision' } })
await run(experimentId, { name: 'net', metrics: { loss: 0.2 }, params: { model: 'net' } })
await run(experimentId, { name: 'big net', metrics: { loss: 0.1 }, params: { model: 'net' }, tags: { team: 'text' } })

const open = async (page: Page) => {
  await page.goto(`${url}/#/experiments/${experimentId}`)
  await page.getByRole('link', { name: 'tree', exact: true }).waitFor()
  return page.getByLabel('Filter runs')
}
const namesIn = async (page: Page) =>
  (await page.locator('[role=row][data-at]').getByRole('link').allInnerTexts()).toSorted()

const FILTERS: [filter: string, names: string[]][] = [
  ['metrics.loss < 0.3', ['big net', 'net']],
  ["params.model = 'tree' or (metrics.loss < 0.15 and tags.team is not null)", ['big net', 'tree']],
  ["attributes.run_name ILIKE '%NET'", ['big net', 'net']],
  ['not (tags.team is null)', ['big net', 'tree']],
  ['metrics.loss > 9', []],
]

for (const [filter, names] of FILTERS)
  inBrowser(`${filter} leaves ${names.join(' and ') || 'nothing'}`, async (page) => {
    const box = await open(page)
    await box.fill(filter)
    await box.press('Enter')
    await eventually(async () => assert.deepEqual(await namesIn(page), names))
    if (names.length > 0) return
    await page.getByRole('button', { name: 'Clear the filter' }).click()
    await eventually(async () => assert.equal((await namesIn(page)).length, 3))
  })

inBrowser(
  'a mistake is marked where it is, and the runs stay until it is mended',
  async (page) => {
    const box = await open(page)
    await box.fill('metrics.loss << 1')
    await box.press('Enter')
    const problem = page.locator('.problem')
    await problem.waitFor()
    assert.equal(await problem.locator('mark').innerText(), '<')
    assert.equal(await box.getAttribute('aria-invalid'), 'true')
    assert.equal((await namesIn(page)).length, 3)
    await box.fill('metrics.loss < 0.3')
    await box.press('Enter')
    await problem.waitFor({ state: 'detached' })
  },
  { expects: /400/ },
)

inBrowser('names are completed while one writes', async (page) => {
  const box = await open(page)
  await box.pressSequentially("params.model = 'net' and lo")
  await page.getByRole('option', { name: 'metrics.loss' }).waitFor()
  await box.press('Tab')
  assert.equal(await box.inputValue(), "params.model = 'net' and metrics.loss")
})

inBrowser('the menu of a column adds a clause', async (page) => {
  const box = await open(page)
  await page.getByRole('button', { name: 'What to do with loss' }).click()
  await page.getByRole('menuitem', { name: 'Only runs that have it' }).click()
  await eventually(async () => assert.equal(await box.inputValue(), 'metrics.loss IS NOT NULL'))
})
