import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { atEnd } from '../databases.ts'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

/** Hears every script that runs and every request that leaves: there must be none. */
const heard: string[] = []
const listener = createServer((request, response) => {
  heard.push(request.url!)
  response.end()
}).listen(0, '127.0.0.1')
await new Promise((resolve) => listener.once('listening', resolve))
atEnd(() => listener.close())
const elsewhere = `http://127.0.0.1:${(listener.address() as AddressInfo).port}/`

const CODE = `globalThis.canary = 1; alert(1); new Image().src = '${elsewhere}'`
const SCRIPT = `<script>${CODE}</script>`
/** A name of a file has no slash, so its code has none. */
const IMAGE = `<img src=x onerror="globalThis.canary = 1; alert(1)">`

const MARKDOWN = `# Nice report

${SCRIPT}

${IMAGE}

<iframe src="${elsewhere}"></iframe>

[press me](javascript:globalThis.canary=1;alert(1)) [or me](JaVaScRiPt&colon;alert(1)) [me](data:text/html,${SCRIPT})

![seen](${elsewhere}pixel.png) ![too](javascript:alert(1)) <${'javascript:alert(1)'}>

| ${IMAGE} |
|---|
| [x](vbscript:alert(1)) |
`
const PAGE = `<html><head><meta http-equiv="refresh" content="0;url=${elsewhere}"><link rel="stylesheet" href="${elsewhere}"></head>
<body onload="${CODE}"><h1>Harmless</h1>${SCRIPT}${IMAGE}<img src="${elsewhere}">
<form action="${elsewhere}"><button>Press</button></form><a href="javascript:alert(1)" target="_top">press</a></body></html>`
const PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9" onload="${CODE}">${SCRIPT}<image href="${elsewhere}"/></svg>`

const { url, client, experiment, run } = await openSite()
const experimentId = await experiment(`${IMAGE} experiment`)
await client.experiments.setTag({ experimentId, key: 'team', value: `${IMAGE} value` })
const told = {
  params: { 'learning rate': IMAGE, size: '3' },
  metrics: { loss: [2, 1] },
  tags: {
    tag: IMAGE,
    'mlflow.note.content': MARKDOWN,
    'mlflow.user': IMAGE,
    'mlflow.source.name': `${IMAGE}.py`,
    'mlflow.source.git.commit': '0123456789',
    'mlflow.source.git.repoURL': `javascript:alert(1)//https://x/y`,
    'mlflow.source.git.branch': IMAGE,
  },
}
const names = {
  'report.md': MARKDOWN,
  'page.html': PAGE,
  'picture.svg': PICTURE,
  'fake.png': PAGE,
  'fake.pdf': PAGE,
  'data.json': JSON.stringify({ columns: [IMAGE], data: [[SCRIPT]] }),
  'table.csv': `${IMAGE},b\n${IMAGE},2\n`,
  'notes.txt': SCRIPT,
  [`${IMAGE}.txt`]: SCRIPT,
}
const runId = await run(experimentId, { ...told, name: `${IMAGE} run`, artifacts: names })
const other = await run(experimentId, { ...told, name: `${SCRIPT} other`, params: { 'learning rate': SCRIPT } })
await client.runs.logInputs({
  runId,
  datasets: [
    {
      dataset: { name: IMAGE, digest: '<b onclick=alert(1)>', sourceType: 'local', source: `javascript:alert(1)` },
      tags: [],
    },
  ],
  models: [],
})

const home = `/experiments/${experimentId}`
const ids = encodeURIComponent(JSON.stringify([runId, other]))
const PAGES: [page: string, hash: string, shows: string][] = [
  ['the list of experiments', '/experiments', 'experiment'],
  ['the table of runs', home, 'loss'],
  ['a run', `${home}/runs/${runId}`, 'Nice report'],
  ['the charts of a run', `${home}/runs/${runId}/model-metrics`, 'loss'],
  ['a comparison', `/compare-runs?runs=${ids}&experiments=${encodeURIComponent(`["${experimentId}"]`)}`, 'learning'],
]

/** What a browser says of what it has kept from happening. */
const expects = /sandboxed|Content Security Policy|failed .* csp$/

async function isUnharmed(page: Page): Promise<void> {
  await page.waitForTimeout(150) // a script that was started has time to be heard
  assert.deepEqual(await page.evaluate(() => ('canary' in globalThis ? 'a script ran' : 'unharmed')), 'unharmed')
  assert.deepEqual(heard, [])
  for (const href of await page
    .locator('a')
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).href)))
    assert.doesNotMatch(href, /^(javascript|data|vbscript):/i)
}

for (const [name, hash, shows] of PAGES)
  inBrowser(`names, values and notes of strangers are text in ${name}`, async (page) => {
    await page.goto(`${url}/#${hash}`)
    await page.getByText(shows).first().waitFor()
    await eventually(async () => assert.match(await page.locator('body').innerText(), /onerror=/))
    await isUnharmed(page)
  })

for (const path of Object.keys(names))
  inBrowser(
    `nothing in ${path} runs when it is looked at`,
    async (page) => {
      await page.goto(`${url}/#${home}/runs/${runId}/artifacts/${encodeURIComponent(path)}`)
      await page.locator('.preview').locator('h1, pre, img, iframe, table').first().waitFor()
      await isUnharmed(page)
    },
    { expects },
  )

inBrowser('columns, completions and the palette show names as text', async (page) => {
  await page.goto(`${url}/#${home}`)
  await page.getByRole('button', { name: /^Columns/ }).click()
  await page.getByRole('checkbox', { name: 'tag' }).check()
  await page.getByRole('columnheader', { name: 'tag' }).waitFor()
  await page.keyboard.press('Escape')
  await page.getByLabel('Filter runs').pressSequentially('learn')
  await page.getByRole('option').first().waitFor()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder(/Find an experiment/).fill('img')
  await page.getByRole('option', { name: 'run' }).waitFor()
  await isUnharmed(page)
})

inBrowser('an artifact that is opened by its address is saved, not shown', async (page) => {
  await page.goto(`${url}/#/experiments`)
  for (const path of ['page.html', 'picture.svg']) {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.evaluate((address) => void (location.href = address), `${url}/get-artifact?run_id=${runId}&path=${path}`),
    ])
    assert.equal(download.suggestedFilename(), path)
  }
  await isUnharmed(page)
})
