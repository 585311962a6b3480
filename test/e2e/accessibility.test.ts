import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type * as Axe from 'axe-core'
import { inBrowser } from './browser.ts'
import { openSite } from './site.ts'

declare const axe: typeof Axe

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

const { url, experiment, run } = await openSite()
const experimentId = await experiment('digits')
const told = {
  params: { rate: '0.1' },
  metrics: { loss: [2, 1], 'val/loss': [3, 2] },
  tags: { team: 'vision', 'mlflow.note.content': '# Note' },
  artifacts: { 'report.md': '# Report', 'table.csv': 'a,b\n1,2\n' },
}
const runId = await run(experimentId, { ...told, name: 'one' })
const other = await run(experimentId, { ...told, name: 'two', params: { rate: '0.2' }, isRunning: true })
await run(experimentId, { name: 'child', parent: runId })
const empty = await experiment('empty')

const home = `/experiments/${experimentId}`
const encoded = (list: string[]) => encodeURIComponent(JSON.stringify(list))
const PAGES: [name: string, hash: string, shows: string][] = [
  ['experiments', '/experiments', 'digits'],
  ['an experiment', `${home}?selected=${encoded([runId, other])}`, 'loss'],
  ['an empty experiment', `/experiments/${empty}`, 'No runs yet'],
  ['a run', `${home}/runs/${runId}`, 'Children'],
  ['the charts of a run', `${home}/runs/${runId}/model-metrics`, 'loss'],
  ['the artifacts of a run', `${home}/runs/${runId}/artifacts/table.csv`, '1 row of 2 columns'],
  ['a comparison', `/compare-runs?runs=${encoded([runId, other])}&experiments=${encoded([experimentId])}`, 'rate'],
]

for (const colorScheme of ['light', 'dark'] as const)
  for (const [name, hash, shows] of PAGES)
    inBrowser(
      `${name} can be used by all, as far as a program can tell (${colorScheme})`,
      async (page) => {
        await page.goto(`${url}/#${hash}`)
        await page.getByText(shows).first().waitFor()
        await page.waitForLoadState('networkidle')
        await page.evaluate(source)
        const { violations } = await page.evaluate((tags) => axe.run({ runOnly: tags }), RULES)
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`),
          [],
        )
      },
      { colorScheme },
    )
