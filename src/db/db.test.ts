import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { databases } from '../../test/databases.ts'
import type { Db, Transaction } from './db.ts'
import { openDb } from './open.ts'

const insert = (tx: Transaction, name: string) =>
  tx.insertMany(
    'experiments',
    {
      name: 'text',
      artifact_location: 'text',
      lifecycle_stage: 'text',
      creation_time: 'bigint',
      last_update_time: 'bigint',
    },
    [[name, '', 'active', 2 ** 53 - 1, -1]],
  )
const names = async (db: Db) =>
  (await db.all<{ name: string }>('select name from experiments order by name')).map(({ name }) => name)

for (const [name, open] of Object.entries(databases))
  describe(`a ${name} database`, () => {
    it('shows what was written once the write has answered', async () => {
      const db = await open()
      await db.write((tx) => insert(tx, 'a'))
      assert.deepEqual(await names(db), ['a'])
    })

    it('undoes a work that throws, alone, and hands its error on', async () => {
      const db = await open()
      const works = Array.from({ length: 12 }, (_, i) =>
        db.write(async (tx) => {
          await insert(tx, `work ${i % 10}`.padEnd(7 + i, '.'))
          if (i % 3 === 1) throw new Error(`work ${i} failed`)
          return i
        }),
      )
      const settled = await Promise.allSettled(works)
      for (const [i, each] of settled.entries())
        assert.deepEqual(
          each.status === 'fulfilled' ? each.value : each.reason.message,
          i % 3 === 1 ? `work ${i} failed` : i,
        )
      assert.equal((await names(db)).length, 8)
    })

    it('goes on after a statement that failed', async () => {
      const db = await open()
      await db.write((tx) => insert(tx, 'taken'))
      const works = ['before', 'taken', 'after'].map((each) => db.write((tx) => insert(tx, each)))
      const settled = await Promise.allSettled(works)
      assert.deepEqual(
        settled.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      )
      assert.deepEqual(await names(db), ['after', 'before', 'taken'])
    })

    it('tells of a commit, and not of what was undone', async () => {
      const db = await open()
      const told: string[] = []
      await db.write(async (tx) => tx.onCommit(() => told.push('kept')))
      await db
        .write(async (tx) => {
          tx.onCommit(() => told.push('undone'))
          throw new Error('no')
        })
        .catch(() => {}) // what it is about comes next
      assert.deepEqual(told, ['kept'])
    })

    it('gives numbers and bytes back as they were', async () => {
      const db = await open()
      await db.write((tx) => insert(tx, 'numbers'))
      const row = await db.get('select creation_time, last_update_time from experiments where name = ?', ['numbers'])
      assert.deepEqual({ ...(row as object) }, { creation_time: 2 ** 53 - 1, last_update_time: -1 })
      const bytes = Uint8Array.of(0, 255, 1)
      await db.write((tx) =>
        tx.insertMany('metric_tail', { run: 'bigint', key: 'bigint', at: 'bigint', points: 'bytea' }, [
          [1, 1, 0, bytes],
        ]),
      )
      const { points } = (await db.get<{ points: Uint8Array }>('select points from metric_tail'))!
      assert.deepEqual(Uint8Array.from(points), bytes)
    })

    it('answers every one of a thousand writes at once', async () => {
      const db = await open()
      await Promise.all(Array.from({ length: 1000 }, (_, i) => db.write((tx) => insert(tx, `w${i}`))))
      assert.equal((await names(db)).length, 1000)
    })
  })

describe('opening a store', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-open-'))
  after(() => rmSync(folder, { recursive: true }))

  it('makes a new one once, however many open it at once', async () => {
    const uri = `sqlite:///${join(folder, 'new.db')}`
    const opened = await Promise.all(Array.from({ length: 5 }, () => openDb(uri)))
    for (const db of opened) await db.write((tx) => insert(tx, crypto.randomUUID()))
    assert.equal((await names(opened[0]!)).length, 5)
    for (const db of opened) await db.close()
  })

  it('refuses a scheme that it does not know, without telling what may be a password', async () => {
    await assert.rejects(openDb('mysql://user:secret@host/x'), (error: Error) => {
      assert.match(error.message, /expected sqlite:\/\/\/… or postgresql:\/\/…, got 'mysql:…'/)
      return !error.message.includes('secret')
    })
  })
})
