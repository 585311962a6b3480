import assert from 'node:assert/strict'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'
import { eventually, inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const picture = new Uint8Array(PNG.sync.write(new PNG({ width: 7, height: 5 })))
const artifacts = {
  'dot.png': picture,
  'dot.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="20"><circle r="5"/></svg>',
  'log.txt': 'line one\nline <two>\n',
  'report.md': '# Report\n\n![the plot](dot.png) and [the log](log.txt)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n',
  'dict.json': '{"a":[1,2]}',
  'broken.json': '{"a":',
  'table.json': '{"columns":["x","y"],"data":[[1,"one"]]}',
  'table.csv': 'name,value\n"a, b",1.5\n',
  'lines.jsonl': '{"step":1}\n{"step":2}\n',
  'page.html': '<h1>A page</h1>',
  'paper.pdf': pdf(),
  'large.txt': 'x'.repeat(1_048_577),
  'weights.bin': 'not to be read',
  'empty.txt': '',
  'deep/er/conf.yaml': 'rate: 0.1',
}

const { url, experiment, run } = await openSite()
const experimentId = await experiment('artifacts')
const runId = await run(experimentId, { name: 'made', artifacts })
const bare = await run(experimentId, { name: 'bare' })
const open = async (page: Page, path = '', id = runId) => {
  await page.goto(`${url}/#/experiments/${experimentId}/runs/${id}/artifacts/${path}`)
  return page.locator('.preview')
}

const TEXTS: [path: string, shows: RegExp][] = [
  ['log.txt', /line one\nline <two>/],
  ['dict.json', /\{\n {2}"a": \[\n {4}1,/],
  ['broken.json', /\{"a":/],
  ['table.json', /1 row of 2 columns\s+x\s+y\s+1\s+one/],
  ['table.csv', /1 row of 2 columns\s+name\s+value\s+a, b\s+1\.5/],
  ['lines.jsonl', /2 rows of 1 column\s+step\s+1\s+2/],
  ['large.txt', /larger than the 1\.05 MB that are shown here: download it/],
  ['weights.bin', /Files of this kind are not shown here/],
  ['empty.txt', /The file is empty/],
  ['deep/er/conf.yaml', /rate: 0\.1/],
  ['gone.txt', /There is no file at this path/],
  ['deep', /This is a folder/],
]

for (const [path, shows] of TEXTS)
  inBrowser(`${path} is shown as ${shows.source}`, async (page) => {
    const preview = await open(page, path)
    await eventually(async () => assert.match(await preview.innerText(), shows))
  })

for (const [path, width] of [
  ['dot.png', 7],
  ['dot.svg', 30],
] as const)
  inBrowser(`${path} is a picture`, async (page) => {
    const image = (await open(page, path)).getByRole('img', { name: path })
    await eventually(async () =>
      assert.equal(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth), width),
    )
  })

inBrowser(
  'Markdown has its headings, its tables, the pictures beside it and links to the files beside it',
  async (page) => {
    const preview = await open(page, 'report.md')
    await preview.getByRole('heading', { name: 'Report' }).waitFor()
    await preview.getByRole('cell', { name: '2' }).waitFor()
    const image = preview.getByRole('img', { name: 'the plot' })
    await eventually(async () =>
      assert.equal(await image.evaluate((element) => (element as HTMLImageElement).naturalWidth), 7),
    )
    assert.match((await preview.getByRole('link', { name: 'the log' }).getAttribute('href'))!, /get-artifact.*log\.txt/)
  },
)

inBrowser('a PDF is shown in a frame, from bytes and not from an address', async (page) => {
  const frame = (await open(page, 'paper.pdf')).locator('iframe')
  await eventually(async () => assert.match((await frame.getAttribute('src')) ?? '', /^blob:/))
})

inBrowser('a page of HTML is shown in a frame that may do nothing', async (page) => {
  const preview = await open(page, 'page.html')
  await preview.frameLocator('iframe').getByRole('heading', { name: 'A page' }).waitFor()
  assert.equal(await preview.locator('iframe').getAttribute('sandbox'), '')
})

inBrowser('files are found in the tree, and what is chosen is in the address', async (page) => {
  await open(page)
  const tree = page.getByRole('navigation', { name: 'Artifacts' })
  await tree.getByRole('button', { name: 'deep' }).click()
  await tree.getByRole('button', { name: 'er', exact: true }).click()
  await tree.getByRole('button', { name: 'conf.yaml' }).click()
  await page.getByText('rate: 0.1').waitFor()
  assert.match(page.url(), /\/artifacts\/deep\/er\/conf\.yaml$/)
  await page.reload()
  await page.getByText('rate: 0.1').waitFor()
  assert.equal(await tree.getByRole('button', { name: 'conf.yaml' }).getAttribute('aria-current'), 'true')
})

inBrowser('a file is downloaded as it is', async (page) => {
  const preview = await open(page, 'weights.bin')
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    preview.getByRole('link', { name: 'Download' }).click(),
  ])
  assert.equal(download.suggestedFilename(), 'weights.bin')
  const chunks = await (await download.createReadStream()).toArray()
  assert.equal(Buffer.concat(chunks).toString(), 'not to be read')
})

inBrowser('a run without artifacts says so', async (page) => {
  await open(page, '', bare)
  await page.getByText('None were logged.').waitFor()
})

/** One empty page. */
function pdf(): string {
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>',
  ].map((body, i) => `${i + 1} 0 obj${body}endobj\n`)
  return `%PDF-1.4\n${objects.join('')}trailer<</Root 1 0 R>>\n%%EOF`
}
