import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { openDb } from '../src/db/open.ts'
import type { Db } from '../src/db/db.ts'

const postgres = process.env['MILLRACE_TEST_POSTGRES_URL']

/** Opens a new, empty store of a kind; it goes away with the test file. */
export const databases: Record<string, () => Promise<Db>> = {
  async sqlite() {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-test-'))
    const db = await openDb(`sqlite:///${join(folder, 'store.db')}`)
    atEnd(async () => {
      await db.close()
      rmSync(folder, { recursive: true })
    })
    return db
  },

  ...(postgres && {
    async postgres() {
      const name = `test_${randomUUID().replaceAll('-', '')}`
      await asAdmin(`create database ${name}`)
      const url = new URL(postgres)
      url.pathname = `/${name}`
      const db = await openDb(url.href)
      atEnd(async () => {
        await db.close()
        await asAdmin(`drop database ${name} with (force)`)
      })
      return db
    },
  }),
}

const closers: (() => unknown)[] = []

/** Does something when the tests of the file are over, the latest first; also from a `before`, whose own `after` comes too early. */
export function atEnd(close: () => unknown): void {
  closers.push(close)
}

after(async () => {
  for (const close of closers.toReversed()) await close()
})

async function asAdmin(statement: string): Promise<void> {
  const { default: pg } = await import('pg')
  const admin = new pg.Client({ connectionString: postgres! })
  await admin.connect()
  await admin.query(statement)
  await admin.end()
}
