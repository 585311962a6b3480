import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Measured, measureServer } from './figures.ts'
import { rawInserts, rawRequests } from './limits.ts'
import { measurePage } from './page.ts'
import { millrace, mlflow, type Peer } from './servers.ts'
import { installedMillrace, installedPackages } from './sizes.ts'

/** `npm run bench`: the same load on Millrace and on MLflow, one after the other, as ratios. */
const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    python: { type: 'string', default: process.env['MILLRACE_TEST_PYTHON'] ?? resolve('.cache/venv/bin/python') },
    chromium: { type: 'string', default: process.env['MILLRACE_TEST_CHROMIUM'] ?? '/usr/bin/chromium' },
    json: { type: 'boolean', default: false },
  },
})

/** What is wanted of us: at most, or so many times better than MLflow. */
const FIGURES: [name: string, unit: string, better: 'less' | 'more', wanted: string][] = [
  ['start', 'ms', 'less', '≤ 400 ms'],
  ['idle memory', 'MB', 'less', '≤ 110 MB'],
  ['memory after the load', 'MB', 'less', '≤ 250 MB'],
  ['log-metric', '/s', 'more', '≥ 60x'],
  ['log-metric by CPU second', '/s', 'more', ''],
  ['log-batch', 'metrics/s', 'more', '≥ 30x'],
  ['log-batch by CPU second', 'metrics/s', 'more', ''],
  ['runs/search, the first', 'ms', 'less', ''],
  ['runs/search', 'ms', 'less', '≥ 40x'],
  ['get-history-bulk-interval', 'ms', 'less', '≥ 50x'],
  ['bytes of a point', 'bytes', 'less', '≤ 12 bytes'],
  ['installed', 'MB', 'less', '≤ 60 MB'],
  ['runs table visible', 'ms', 'less', '≤ 1000 ms'],
  ['runs table moved', 'kB', 'less', '≤ 600 kB'],
]

const say = (what: string) => console.error(`… ${what}`)
const ours = values.only === 'mlflow' ? {} : await measure(millrace, installedMillrace)
const limits = { inserts: rawInserts(), requests: await rawRequests() }
const theirs =
  values.only === 'millrace' || !existsSync(values.python)
    ? {}
    : await measure(mlflow(values.python), () => installedPackages(values.python))

if (values.json) console.log(JSON.stringify({ ours, theirs, limits }, undefined, 2))
else print(ours, theirs)

async function measure(peer: Peer, installed: () => number): Promise<Measured> {
  const measured = await measureServer(peer, (what) => say(`${peer.name}: ${what}`))
  say(`${peer.name}: size`)
  measured['installed'] = installed()
  if (!existsSync(values.chromium)) return measured
  say(`${peer.name}: page`)
  return { ...measured, ...(await measurePage(peer, values.chromium)) }
}

function print(mine: Measured, other: Measured): void {
  console.log('| figure | Millrace | MLflow 3.17.2 | better by | wanted |\n|---|---:|---:|---:|---|')
  for (const [name, unit, better, wanted] of FIGURES) {
    const [a, b] = [mine[name], other[name]]
    const ratio = a !== undefined && b !== undefined ? `${short(better === 'less' ? b / a : a / b)}x` : ''
    console.log(`| ${name} | ${shown(a, unit)} | ${shown(b, unit)} | ${ratio} | ${wanted} |`)
  }
  const { inserts, requests } = limits
  const batch = mine['log-batch by CPU second']
  const single = mine['log-metric']
  console.log(
    `\nLimits on this machine: SQLite takes ${short(inserts)} rows a CPU second; Node answers ${short(requests)} requests/s.`,
  )
  if (batch && single)
    console.log(
      `log-batch reaches ${short((batch / inserts) * 100)} % of the first by CPU, log-metric ${short((single / requests) * 100)} % of the second.`,
    )
}

function shown(value: number | undefined, unit: string): string {
  return value === undefined ? '' : `${short(value)} ${unit}`
}

function short(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en')
}
