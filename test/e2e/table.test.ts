import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const RUNS = 2000

const { url, experiment, run, client } = await openSite()
const large = await experiment('large')
for (let i = 0; i < RUNS; i += 8)
  await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      run(large, {
        name: `run-${i + n}`,
        startTime: 1_700_000_000_000 + i + n,
        params: { seed: String(i + n), kind: n % 2 ? 'odd' : 'even', same: 'x' },
        metrics: { loss: 1 / (i + n + 1), acc: [0.1, (i + n) / RUNS] },
      }),
    ),
  )

const family = await experiment('family')
const parent = await run(family, { name: 'search', startTime: 1000 })
for (const name of ['first child', 'second child']) await run(family, { name, parent, startTime: 2000 })
await run(family, { name: 'alone', startTime: 3000 })

const rowsOf = (page: Page) => page.locator('[role=row][data-at]')
const row = (page: Page, name: string) => rowsOf(page).filter({ has: page.getByRole('link', { name, exact: true }) })
const addressOf = (page: Page) => decodeURIComponent(page.url().replaceAll('+', ' '))
const open = async (page: Page, experimentId: string, first: string, search = '') => {
  await page.goto(`${url}/#/experiments/${experimentId}${search}`)
  await row(page, first).waitFor()
}

inBrowser('of 2,000 runs only those in view are in the document, and all can be scrolled to', async (page) => {
  await open(page, large, 'run-1999')
  await page.getByText('2,000 runs').waitFor()
  assert.ok((await rowsOf(page).count()) < 80)
  const grid = page.getByRole('grid')
  await eventually(async () => {
    await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight))
    assert.equal(await row(page, 'run-0').count(), 1)
  })
  assert.ok((await rowsOf(page).count()) < 80)
  assert.equal(await row(page, 'run-0').getAttribute('aria-rowindex'), '2000')
})

inBrowser('a click on the head of a column orders by it, downwards, then upwards, then no more', async (page) => {
  await open(page, large, 'run-1999')
  const head = page.getByRole('columnheader', { name: 'loss' })
  const button = head.getByRole('button', { name: 'loss', exact: true })
  await button.click()
  await row(page, 'run-0').waitFor()
  assert.equal(await head.getAttribute('aria-sort'), 'descending')
  assert.match(addressOf(page), /metrics\.loss DESC/)
  await button.click()
  await row(page, 'run-1999').waitFor()
  assert.equal(await head.getAttribute('aria-sort'), 'ascending')
  await button.click()
  await eventually(() => assert.doesNotMatch(addressOf(page), /order/))
})

inBrowser('columns that differ are shown, and others are found by name, shown and hidden', async (page) => {
  await open(page, large, 'run-1999')
  const head = (name: string) => page.getByRole('columnheader', { name })
  await head('seed').waitFor()
  assert.equal(await head('same').count(), 0)
  await page.getByRole('button', { name: /^Columns/ }).click()
  await page.getByLabel('Find a column').fill('am')
  await page.getByRole('checkbox', { name: 'same' }).check()
  await head('same').waitFor()
  await page.getByRole('checkbox', { name: 'same' }).uncheck()
  await eventually(async () => assert.equal(await head('same').count(), 0))
  await page.getByRole('button', { name: 'Choose for me' }).click()
  await eventually(() => assert.doesNotMatch(addressOf(page), /columns/))
})

inBrowser('the menu of a column moves and hides it', async (page) => {
  await open(page, large, 'run-1999')
  const names = async () => (await page.getByRole('columnheader').allInnerTexts()).map((text) => text.trim())
  await page.getByRole('columnheader', { name: 'kind' }).waitFor()
  const choose = async (column: string, item: string) => {
    await page.getByRole('button', { name: `What to do with ${column}` }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  const before = await names()
  await choose('seed', 'Move left')
  await eventually(async () => assert.equal((await names()).indexOf('seed'), before.indexOf('seed') - 1))
  await choose('seed', 'Hide')
  await eventually(async () => assert.ok(!(await names()).includes('seed')))
})

inBrowser('children stand below their parent, and fold away', async (page) => {
  await open(page, family, 'search')
  const names = () => rowsOf(page).getByRole('rowheader').getByRole('link').allInnerTexts()
  assert.deepEqual((await names()).toSorted(), ['alone', 'first child', 'search', 'second child'])
  assert.equal((await names())[0], 'alone')
  assert.equal((await names())[1], 'search')
  await page.getByRole('button', { name: 'Fold 2 children' }).click()
  assert.deepEqual(await names(), ['alone', 'search'])
  await page.getByRole('button', { name: 'Unfold 2 children' }).click()
  assert.equal((await names()).length, 4)
})

inBrowser('what is selected, ordered and filtered outlives a reload and a visit elsewhere', async (page) => {
  await open(page, large, 'run-1999')
  await row(page, 'run-1999').getByRole('gridcell').first().click()
  await row(page, 'run-1996')
    .getByRole('gridcell')
    .first()
    .click({ modifiers: ['Shift'] })
  await page.getByText('4 selected').waitFor()
  await page.getByRole('columnheader', { name: 'kind' }).getByRole('button', { name: 'kind', exact: true }).click()
  await page.getByLabel('Filter runs').fill("params.kind = 'odd'")
  await page.getByLabel('Filter runs').press('Enter')
  await page.getByText('1,000 runs').waitFor()
  const holds = async () => {
    await page.getByText('4 selected').waitFor()
    await page.getByText('1,000 runs').waitFor()
    assert.equal(await page.getByLabel('Filter runs').inputValue(), "params.kind = 'odd'")
    assert.equal(await page.getByRole('columnheader', { name: 'kind' }).getAttribute('aria-sort'), 'descending')
  }
  await holds()
  await page.reload()
  await holds()
  await row(page, 'run-1997').getByRole('link').click()
  await page.getByRole('heading', { name: 'run-1997' }).waitFor()
  await page.goBack()
  await holds()
  await page.goForward()
  await page.getByRole('heading', { name: 'run-1997' }).waitFor()
})

inBrowser('keys walk through rows, select them and open one', async (page) => {
  await open(page, large, 'run-1999')
  await rowsOf(page).first().focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Space')
  await page.getByText('1 selected').waitFor()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Shift+Space')
  await page.getByText('3 selected').waitFor()
  assert.equal(await row(page, 'run-1998').getAttribute('aria-selected'), 'true')
  await page.keyboard.press('Escape')
  await eventually(async () => assert.equal(await page.getByText('selected').count(), 0))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'run-1996' }).waitFor()
})

inBrowser('no key is lost, however fast they come, and focus follows to rows that were out of view', async (page) => {
  await open(page, large, 'run-1999')
  await rowsOf(page).first().focus()
  for (let i = 0; i < 12; i++) await page.keyboard.press('ArrowDown')
  const focused = page.locator('[data-at]:focus')
  await eventually(async () => assert.equal(await focused.getAttribute('data-at'), '12'))
  await page.keyboard.press('End')
  await eventually(async () => assert.equal(await focused.getAttribute('data-at'), '99'))
})

inBrowser('selected runs are deleted, had back at once, and restored later', async (page) => {
  await open(page, family, 'alone')
  await row(page, 'alone').getByRole('checkbox').click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('The run is deleted.').waitFor()
  await eventually(async () => assert.equal(await row(page, 'alone').count(), 0))
  await page.getByRole('button', { name: 'Undo' }).click()
  await row(page, 'alone').waitFor()

  await row(page, 'alone').getByRole('checkbox').click()
  await page.getByRole('button', { name: 'Delete' }).click()
  await eventually(async () => assert.equal(await row(page, 'alone').count(), 0))
  await page.getByLabel('Which runs').selectOption('Deleted runs')
  await row(page, 'alone').getByRole('checkbox').click()
  await page.getByRole('button', { name: 'Restore' }).click()
  await eventually(async () => assert.equal(await row(page, 'alone').count(), 0))
  const { runs } = await client.runs.search({ experimentIds: [family], filter: "run_name = 'alone'" })
  assert.equal(runs.length, 1)
})
