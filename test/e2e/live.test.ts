import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, client, experiment, run } = await openSite()

const log = (runId: string, values: number[]) =>
  client.runs.logBatch({
    runId,
    metrics: values.map((value, step) => ({ key: 'loss', value, step, timestamp: step })),
  })

/** Where a chart ends: what it says when the pointer is at its right edge. */
async function lastPoint(page: Page): Promise<string> {
  const plot = page.getByRole('img', { name: /^loss of/ }).locator('.u-over')
  const { width, height } = (await plot.boundingBox())!
  await page.mouse.move(0, 0)
  await plot.hover({ position: { x: width - 1, y: height / 2 } })
  return await page.locator('.readout').innerText({ timeout: 500 })
}

inBrowser('the table and the charts of an experiment follow what is logged', async (page) => {
  const experimentId = await experiment('followed')
  const runId = await run(experimentId, { name: 'running', isRunning: true, metrics: { loss: [4, 3] } })
  await page.goto(`${url}/#/experiments/${experimentId}`)
  const row = page.locator('[role=row][data-at]').filter({ hasText: 'running' })
  await row.getByText('3', { exact: true }).waitFor()
  await eventually(async () => assert.match(await lastPoint(page), /step 1\b/))

  await log(runId, [4, 3, 2, 1.5])
  await row.getByText('1.500', { exact: true }).waitFor()
  await eventually(async () => assert.match(await lastPoint(page), /step 3\b[^]*1\.5/))

  await run(experimentId, { name: 'newcomer' })
  await page.getByRole('link', { name: 'newcomer' }).waitFor()
  await page.getByText('2 runs').waitFor()
  await client.runs.update({ runId, status: 'FAILED', endTime: Date.now() })
  await row.getByText('failed').waitFor()
})

inBrowser('the page of a run follows what is logged to it', async (page) => {
  const experimentId = await experiment('followed run')
  const runId = await run(experimentId, { name: 'running', isRunning: true, metrics: { loss: [4, 3] } })
  await page.goto(`${url}/#/experiments/${experimentId}/runs/${runId}`)
  const last = page.getByRole('row', { name: /^loss/ }).locator('.number').first()
  await eventually(async () => assert.equal(await last.innerText(), '3'))
  await log(runId, [4, 3, 2.5])
  await eventually(async () => assert.equal(await last.innerText(), '2.500'))

  await page.getByRole('link', { name: /^Charts/ }).click()
  await eventually(async () => assert.match(await lastPoint(page), /step 2\b/))
  await log(runId, [4, 3, 2.5, 2.25, 2.125])
  await eventually(async () => assert.match(await lastPoint(page), /step 4\b[^]*2\.125/))
  await client.runs.update({ runId, status: 'FINISHED', endTime: Date.now() })
  await page.getByText('finished', { exact: true }).waitFor()
})

inBrowser('a chart that is zoomed stays so while points arrive, until it is clicked twice', async (page) => {
  const experimentId = await experiment('zoomed')
  const values = Array.from({ length: 11 }, (_, step) => 1 / (step + 1))
  const runId = await run(experimentId, { isRunning: true, metrics: { loss: values } })
  await page.goto(`${url}/#/experiments/${experimentId}/runs/${runId}/model-metrics`)
  await eventually(async () => assert.match(await lastPoint(page), /step 10\b/))
  const plot = page.getByRole('img', { name: /^loss of/ }).locator('.u-over')
  const { x, y, width } = (await plot.boundingBox())!
  await page.mouse.move(x + width * 0.2, y + 50)
  await page.mouse.down()
  await page.mouse.move(x + width * 0.65, y + 50, { steps: 4 })
  await page.mouse.up()
  await eventually(async () => assert.match(await lastPoint(page), /step 6\b/))
  await log(runId, [...values, 0.01, 0.009])
  await page.waitForResponse((response) => response.url().includes('sample')) // the page has heard of it
  assert.match(await lastPoint(page), /step 6\b/)
  await plot.dblclick()
  await eventually(async () => assert.match(await lastPoint(page), /step 12\b/))
})

inBrowser('a page that lost the server catches up when it is back', async (page) => {
  const experimentId = await experiment('lost')
  await run(experimentId, { name: 'before' })
  await page.goto(`${url}/#/experiments/${experimentId}`)
  await page.getByRole('link', { name: 'before' }).waitFor()
  await page.context().setOffline(true)
  await run(experimentId, { name: 'meanwhile' })
  await page.context().setOffline(false)
  await run(experimentId, { name: 'after' })
  await page.getByRole('link', { name: 'meanwhile' }).waitFor()
})
