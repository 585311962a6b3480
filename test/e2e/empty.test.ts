import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { atEnd } from '../databases.ts'
import { at, needs } from '../parts.ts'
import { inBrowser } from './browser.ts'
import { openSite } from './site.ts'

const { url, client, experiment } = await openSite()

/** A folder of somebody who has installed the package. */
const folder = mkdtempSync(join(tmpdir(), 'millrace-first-'))
atEnd(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'node_modules'))
symlinkSync(resolve(import.meta.dirname, '../..'), join(folder, 'node_modules/millrace'))

interface Language {
  readonly name: string
  readonly file: string
  readonly program: () => string
  readonly skip?: string | false
}

const LANGUAGES: Language[] = [
  { name: 'Python', file: 'first.py', program: () => at('python'), ...needs('python') },
  { name: 'TypeScript', file: 'first.ts', program: () => process.execPath },
  {
    name: 'curl',
    file: 'first.sh',
    program: () => 'bash',
    skip: spawnSync('curl', ['--version']).status !== 0 && 'needs curl',
  },
]

for (const { name, file, program, skip = false } of LANGUAGES)
  inBrowser(
    `what an empty experiment shows for ${name} can be copied and run, and the page fills itself`,
    async (page) => {
      const title = `first "steps" in ${name}`
      const experimentId = await experiment(title)
      await page.goto(`${url}/#/experiments/${experimentId}`)
      await page.getByRole('radio', { name }).click()
      await page.getByRole('button', { name: 'Copy' }).click()
      await page.getByRole('button', { name: 'Copied' }).waitFor()
      const copied = await page.evaluate(() => navigator.clipboard.readText())
      writeFileSync(join(folder, file), copied)
      await promisify(execFile)(program(), [file], {
        cwd: folder,
        timeout: 60_000,
        env: { ...process.env, DO_NOT_TRACK: 'true' },
      })
      await page.getByText('1 run', { exact: true }).waitFor()
      await page.getByRole('columnheader', { name: 'loss' }).waitFor()
      const { runs } = await client.runs.search({ experimentIds: [experimentId] })
      assert.deepEqual(
        runs[0]!.data.metrics.map(({ key }) => key),
        ['loss'],
      )
    },
    { skip, permissions: ['clipboard-read', 'clipboard-write'] },
  )
