import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, client, experiment, run } = await openSite()
const experimentId = await experiment('runs')
await run(experimentId, { name: 'earlier', startTime: 1000, params: { rate: '0.1', depth: '3' } })
const startTime = 2000

async function open(page: Page, told: Parameters<typeof run>[1] = {}): Promise<string> {
  const runId = await run(experimentId, { name: 'mine', startTime, ...told })
  await page.goto(`${url}/#/experiments/${experimentId}/runs/${runId}`)
  await page.getByRole('heading', { name: 'mine' }).waitFor()
  return runId
}

const read = async (runId: string) => (await client.runs.get({ runId })).run
const tagOf = async (runId: string, key: string) => (await read(runId)).data.tags.find((tag) => tag.key === key)?.value

inBrowser('a run is renamed where its name stands', async (page) => {
  const runId = await open(page)
  await page.getByRole('button', { name: 'mine' }).click()
  await page.getByLabel('Name of the run').fill('ours')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'ours' }).waitFor()
  assert.equal((await read(runId)).info.runName, 'ours')
})

inBrowser('a note is written in Markdown, shown, and edited', async (page) => {
  const runId = await open(page)
  await page.getByRole('button', { name: 'Write a note' }).click()
  await page.getByLabel('Note in Markdown').fill('# Found\n\nIt **works**.')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('heading', { name: 'Found' }).waitFor()
  assert.equal(await page.getByText('works').evaluate(({ tagName }) => tagName), 'STRONG')
  assert.equal(await tagOf(runId, 'mlflow.note.content'), '# Found\n\nIt **works**.')
  await page.getByRole('button', { name: 'Edit the note' }).click()
  await page.getByLabel('Note in Markdown').press('Escape')
  await page.getByRole('heading', { name: 'Found' }).waitFor()
})

inBrowser('a tag is set, taken away, and had back', async (page) => {
  const runId = await open(page)
  const tags = page.getByRole('group', { name: 'Tags' })
  await tags.getByRole('button', { name: 'Tag', exact: true }).click()
  await page.getByLabel('Key of the tag').fill('team')
  await page.getByLabel('Value of the tag').fill('vision')
  await page.keyboard.press('Enter')
  await tags.getByText('vision').waitFor()
  assert.equal(await tagOf(runId, 'team'), 'vision')
  await tags.getByRole('button', { name: 'Remove the tag team' }).click()
  await eventually(async () => assert.equal(await tagOf(runId, 'team'), undefined))
  await tags.getByRole('button', { name: 'Undo' }).click()
  await eventually(async () => assert.equal(await tagOf(runId, 'team'), 'vision'))
})

inBrowser('a run is deleted and restored', async (page) => {
  const runId = await open(page)
  await page.getByRole('button', { name: 'Delete' }).click()
  await page.getByText('This run is deleted.').waitFor()
  assert.equal((await read(runId)).info.lifecycleStage, 'deleted')
  await page.getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('button', { name: 'Delete' }).waitFor()
  assert.equal((await read(runId)).info.lifecycleStage, 'active')
})

inBrowser('params that differ from the run before are marked, with what they were', async (page) => {
  await open(page, { startTime: 1500, params: { rate: '0.2', depth: '3' } })
  await page.getByRole('columnheader', { name: 'In earlier' }).waitFor()
  assert.match(await page.getByRole('row', { name: /^rate/ }).innerText(), /0\.2\s+0\.1/)
  assert.doesNotMatch(await page.getByRole('row', { name: /^depth/ }).innerText(), /3\s+3/)
})

inBrowser('a run names its parent and its children', async (page) => {
  const runId = await open(page)
  await run(experimentId, { name: 'little', parent: runId })
  await page.getByRole('region', { name: 'Children' }).getByRole('link', { name: 'little' }).click()
  await page.getByRole('region', { name: 'Parent' }).getByRole('link', { name: 'mine' }).click()
  await page.getByRole('heading', { name: 'mine' }).waitFor()
})
