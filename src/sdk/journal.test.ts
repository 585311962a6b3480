import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, it } from 'node:test'
import { temporaryFolder } from '../../test/sdk/server.ts'
import type { Entry } from './entry.ts'
import { fileJournal } from './journal.node.ts'

const STORE = 'http://localhost:5000'

const metric = (step: number): Entry => {
  const metrics = [{ key: 'loss', value: Number.NaN, timestamp: 1, step }]
  return { kind: 'batch', runId: 'a', metrics, params: [], tags: [] }
}

describe('a journal', () => {
  let folder: string
  let said: string[]

  beforeEach(() => {
    folder = temporaryFolder()
    process.env['MILLRACE_JOURNAL'] = folder
    said = []
  })

  const open = (store = STORE) => fileJournal(store, (line) => said.push(line))

  /** Makes the files of this process those of another. */
  function give(pid: number): void {
    for (const name of readdirSync(folder))
      renameSync(join(folder, name), join(folder, name.replace(`.${process.pid}.`, `.${pid}.`)))
  }

  const abandon = () => give(spawnSync(process.execPath, ['-e', '']).pid)

  const recovered = (store?: string) =>
    open(store)
      .recover()
      .map(({ entry }) => entry)

  it('has an entry on disk when append returns', () => {
    open().append(metric(1))
    const [name] = readdirSync(folder)
    assert.match(readFileSync(join(folder, name!), 'utf8'), /"step":1.*\n$/)
  })

  it('gives what a process that is gone has left, once, with values that are not finite', () => {
    const journal = open()
    journal.append(metric(1))
    journal.append(metric(2))
    abandon()
    assert.deepEqual(recovered(), [metric(1), metric(2)])
    assert.deepEqual(recovered(), [])
  })

  it('leaves alone what belongs to a process that lives', () => {
    open().append(metric(1))
    give(process.ppid)
    assert.deepEqual(recovered(), [])
  })

  it('does not give what was settled', () => {
    const journal = open()
    journal.append(metric(1))()
    journal.append(metric(2))
    abandon()
    assert.deepEqual(recovered(), [metric(2)])
  })

  it('is gone from the disk when all that was given is settled', () => {
    open().append(metric(1))
    abandon()
    for (const { settle } of open().recover()) settle()
    assert.deepEqual(readdirSync(folder), [])
  })

  it('leaves nothing behind when all is settled', () => {
    const journal = open()
    const settle = [metric(1), metric(2)].map(journal.append)
    for (const each of settle) each()
    assert.equal(journal.release(), undefined)
    assert.deepEqual(readdirSync(folder), [])
  })

  it('is of one server only', () => {
    open().append(metric(1))
    abandon()
    assert.deepEqual(recovered('http://localhost:5001'), [])
    assert.deepEqual(recovered(), [metric(1)])
  })

  it('passes over a line that was cut off, and puts aside one that cannot be read', () => {
    open().append(metric(1))
    const [name] = readdirSync(folder)
    writeFileSync(join(folder, name!), 'no entry\n{"kind":"batch","runI', { flag: 'a' })
    abandon()
    assert.deepEqual(recovered(), [metric(1)])
    assert.match(said.join(), /an entry of the journal cannot be read \(kept in .*rejected\.jsonl\)/)
    const rejected = readdirSync(folder).find((each) => each.endsWith('.rejected.jsonl'))
    assert.match(readFileSync(join(folder, rejected!), 'utf8'), /"entry":"no entry"/)
  })

  it('keeps the bytes of an upload until it is settled', async () => {
    const journal = open()
    const file = await journal.spool(new Blob(['report']))
    const settle = journal.append({ kind: 'upload', runId: 'a', artifactUri: '', path: 'r.txt', file })
    assert.equal(await (await journal.open(file)).text(), 'report')
    settle()
    assert.equal(
      readdirSync(folder).some((name) => name.endsWith('.upload')),
      false,
    )
  })

  it('says that it cannot be written, and lets the work go on', () => {
    process.env['MILLRACE_JOURNAL'] = '/dev/null/journal'
    const journal = open()
    journal.append(metric(1))()
    journal.append(metric(2))()
    assert.equal(said.length, 1)
    assert.match(said[0]!, /the journal cannot be written, so what is logged is only in memory/)
  })
})
