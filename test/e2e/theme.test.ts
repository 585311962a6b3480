import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, experiment, run } = await openSite()
const experimentId = await experiment('seen')
await run(experimentId, { metrics: { loss: [2, 1] } })

/** How light the ground of the page is, of 1. */
const groundOf = (page: Page) =>
  page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d')!
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor
    canvas.fillRect(0, 0, 1, 1)
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data
    return (red! + green! + blue!) / 765
  })
const isLight = async (page: Page) => assert.ok((await groundOf(page)) > 0.8)
const isDark = async (page: Page) => assert.ok((await groundOf(page)) < 0.3)

inBrowser(
  'the theme is the one of the system, until another is chosen, which stays',
  async (page) => {
    await page.goto(`${url}/#/experiments/${experimentId}`)
    await eventually(() => isLight(page))
    await page.emulateMedia({ colorScheme: 'dark' })
    await eventually(() => isDark(page))
    await page.getByRole('button', { name: 'Light' }).click()
    await eventually(() => isLight(page))
    await page.reload()
    await page.getByRole('button', { name: 'Dark' }).waitFor()
    await isLight(page)
  },
  { colorScheme: 'light' },
)

inBrowser(
  'a system that is dark has dark pages',
  async (page) => {
    await page.goto(url)
    await eventually(() => isDark(page))
    await page.getByRole('button', { name: 'Light' }).waitFor()
  },
  { colorScheme: 'dark' },
)

inBrowser(
  'a folded rail stays folded',
  async (page) => {
    await page.goto(url)
    const rail = page.getByRole('navigation', { name: 'Sections' })
    const wide = (await rail.boundingBox())!.width
    await page.getByRole('button', { name: 'Fold' }).click()
    await eventually(async () => assert.ok((await rail.boundingBox())!.width < wide / 2))
    await page.reload()
    assert.ok((await rail.boundingBox())!.width < wide / 2)
  },
  { colorScheme: 'light' },
)
