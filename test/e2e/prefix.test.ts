import assert from 'node:assert/strict'
import { PNG } from 'pngjs'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, experiment, run } = await openSite({ staticPrefix: '/team/tracking' })
const experimentId = await experiment('prefixed')
const picture = new Uint8Array(PNG.sync.write(new PNG({ width: 7, height: 5 })))
const runId = await run(experimentId, { name: 'inside', metrics: { loss: [2, 1] }, artifacts: { 'dot.png': picture } })

inBrowser('all that a page asks for is below the prefix', async (page) => {
  const paths = new Set<string>()
  page.on('request', (request) => void (request.url().startsWith('http') && paths.add(new URL(request.url()).pathname)))
  await page.goto(`${url}/`)
  await page.getByRole('link', { name: 'prefixed' }).click()
  await page.getByRole('link', { name: 'inside' }).click()
  await page.getByRole('link', { name: /^Charts/ }).click()
  await page.getByRole('img', { name: /^loss of/ }).waitFor()
  await page.getByRole('link', { name: 'Artifacts' }).click()
  await page.getByRole('button', { name: 'dot.png' }).click()
  const image = page.getByRole('img', { name: 'dot.png' })
  await eventually(async () =>
    assert.equal(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth), 7),
  )
  await page.keyboard.press('Control+k')
  await page.getByRole('option', { name: 'prefixed' }).waitFor()
  assert.deepEqual(
    [...paths].filter((path) => !path.startsWith('/team/tracking/')),
    [],
  )
})

inBrowser('the prefix without a slash behind it leads to the pages, with the place in them', async (page) => {
  await page.goto(`${url}#/experiments/${experimentId}/runs/${runId}`)
  await page.getByRole('heading', { name: 'inside' }).waitFor()
})
