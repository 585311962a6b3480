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
    after(async () => {
      await db.close()
      rmSync(folder, { recursive: true })
    })
    return db
  },

  ...(postgres && {
    async postgres() {
      const name = `test_${randomUUID().replaceAll('-', '')}`
      const { default: pg } = await import('pg')
      const admin = new pg.Client({ connectionString: postgres })
      await admin.connect()
      await admin.query(`create database ${name}`)
      await admin.end()
      const url = new URL(postgres)
      url.pathname = `/${name}`
      const db = await openDb(url.href)
      after(() => db.close())
      return db
    },
  }),
}
