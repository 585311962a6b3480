import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { openDb } from '../src/db/open.ts'
import { measureScale } from './scale-figures.ts'
import { loadSets, type Sets } from './scale-sets.ts'
import { millrace, type Peer, start, temporaryFolder } from './servers.ts'

/** `node bench/scale.ts`: what the store does when it is full. `--store postgresql://…` names an empty database. */
const { values } = parseArgs({
  options: {
    store: { type: 'string' },
    runs: { type: 'string', default: '1000000' },
    /** A folder that is kept, and found filled the next time. */
    folder: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})

const { folder, remove } = values.folder ? { folder: values.folder, remove() {} } : temporaryFolder()
const store = values.store ?? `sqlite:///${join(folder, 'store.db')}`
const say = (what: string) => console.error(`… ${what}`)

const onStore: Peer = {
  name: 'Millrace',
  command: (port, inFolder) => {
    const [, ...args] = millrace.command(port, inFolder)
    return [process.execPath, join(import.meta.dirname, '../src/cli/main.ts'), ...args, '--backend-store-uri', store]
  },
}
const server = await start(onStore, folder)
await server.stop() // makes the store

const sets = await filled()
const running = await start(onStore, folder)
try {
  const figures = await measureScale(running, sets, new RegExp(values.only), say)
  console.log('| figure | p50 | p95 | wanted |\n|---|---:|---:|---:|')
  for (const { name, p50, p95, wanted } of figures) console.log(`| ${name} | ${p50} | ${p95} | ${wanted} |`)
} finally {
  await running.stop()
  remove()
}

async function filled(): Promise<Sets> {
  const known = join(folder, 'sets.json')
  if (existsSync(known)) return JSON.parse(readFileSync(known, 'utf8')) as Sets
  const db = await openDb(store)
  try {
    const begun = performance.now()
    const made = await loadSets(db, Number(values.runs), say)
    say(`filled in ${Math.round((performance.now() - begun) / 1000)} s`)
    if (db.dialect.name === 'postgres') await db.all('analyze')
    writeFileSync(known, JSON.stringify(made))
    return made
  } finally {
    await db.close()
  }
}
