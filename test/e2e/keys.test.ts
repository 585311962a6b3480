import assert from 'node:assert/strict'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, experiment, run } = await openSite()
const experimentId = await experiment('digits')
const runId = await run(experimentId, { name: 'wanted run' })
await experiment("it's odd")

inBrowser('the palette finds an experiment by a part of its name, and opens it', async (page) => {
  await page.goto(url)
  await page.getByRole('link', { name: 'digits' }).waitFor()
  await page.keyboard.press('Control+k')
  const box = page.getByPlaceholder(/Find an experiment/)
  await box.fill("it's")
  await page.getByRole('option', { name: "it's odd" }).waitFor()
  await box.fill('DIG')
  await page.getByRole('option', { name: 'digits' }).waitFor()
  await eventually(async () => assert.equal(await page.getByRole('option', { name: "it's odd" }).count(), 0))
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'digits' }).waitFor()
})

for (const [what, text] of [
  ['name', 'wanted'],
  ['id', runId],
] as const)
  inBrowser(`the palette finds a run by its ${what}`, async (page) => {
    await page.goto(url)
    await page.getByRole('link', { name: 'digits' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Find an experiment/).fill(text)
    await page.getByRole('option', { name: 'wanted run' }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'wanted run' }).waitFor()
  })

inBrowser(
  'the palette switches the theme',
  async (page) => {
    await page.goto(url)
    await page.getByRole('link', { name: 'digits' }).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Find an experiment/).fill('dark')
    await page.getByRole('option', { name: 'Switch to the dark theme' }).click()
    await eventually(async () => assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark'))
    await page.getByRole('button', { name: 'Light' }).waitFor()
  },
  { colorScheme: 'light' },
)

inBrowser('? shows the keys, Escape closes them, and / goes to the filter', async (page) => {
  await page.goto(`${url}/#/experiments/${experimentId}`)
  await page.getByRole('link', { name: 'wanted run' }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keys' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.keyboard.press('/')
  await page.keyboard.type('?/')
  assert.equal(await page.getByLabel('Filter runs').inputValue(), '?/')
})
