import assert from 'node:assert/strict'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import pg from 'pg'
import { ApiError } from '../../src/wire/errors.ts'
import { atEnd } from '../databases.ts'
import { type OwnPostgres, startPostgres, whyNoPostgres } from '../postgres.ts'
import { checkLedger, type Load, startLoad } from './load.ts'
import { type Served, serve, temporaryFolder, until } from './server.ts'

const reason = whyNoPostgres()
const skip = reason ? `needs PostgreSQL: ${reason}` : false

describe('a server whose PostgreSQL fails it under load', { timeout: 60_000, skip }, () => {
  let database: OwnPostgres
  let server: Served

  before(async () => {
    database = await startPostgres()
    atEnd(() => database.close())
    server = await serve(database.url, { args: ['--artifacts-destination', join(temporaryFolder(), 'artifacts')] })
  })

  it('has all that it answered when its connections are cut', async (t) => {
    const admin = new pg.Client({ connectionString: database.url })
    await admin.connect()
    const load = startLoad(server.client, 4, 1)
    let cut = 0
    for (let i = 0; i < 50; i++) {
      await setTimeout(50)
      const { rowCount } = await admin.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
      )
      cut += rowCount!
    }
    await admin.end()
    await setTimeout(200)
    await load.stop()
    t.diagnostic(`${cut} connections cut, ${load.failures.length} writes refused, ${answered(load)} answered`)
    assert.ok(cut > 50)
    await check(load)
  })

  it('has all that it answered when the database stops, and comes back by itself', async (t) => {
    const load = startLoad(server.client, 4, 2)
    for (let i = 0; i < 2; i++) {
      await setTimeout(500)
      await database.stop()
      await setTimeout(300)
      assert.equal((await fetch(`${server.url}/health`)).status, 200)
      const read = await fetch(`${server.url}/api/2.0/mlflow/experiments/get?experiment_id=0`)
      assert.equal(read.status, 503)
      assert.match(await read.text(), /"error_code":"TEMPORARILY_UNAVAILABLE".*The database cannot be reached/)
      await database.start()
      const before = answered(load)
      await until(() => answered(load) > before + 20, 'writes are answered again')
    }
    await load.stop()
    t.diagnostic(`${load.failures.length} writes refused, ${answered(load)} answered`)
    await check(load)
  })

  it('says that it may be asked again when there are too few connections', async () => {
    const admin = new pg.Client({ connectionString: database.url })
    await admin.connect()
    await admin.query(`create role few login password 'few' connection limit 2`)
    await admin.query('create database few owner few')
    await admin.end()
    const url = Object.assign(new URL(database.url), { username: 'few', password: 'few', pathname: '/few' })
    const { client } = await serve(url.href, { args: ['--no-serve-artifacts'] })
    const create = (_: unknown, i: number) => client.experiments.create({ name: `${i}`, tags: [] })
    const told = await Promise.allSettled(Array.from({ length: 20 }, create))
    const refused = told.filter((each) => each.status === 'rejected').map(({ reason: error }) => error as ApiError)
    assert.ok(refused.length > 0 && refused.length < 20, `${refused.length} were refused`)
    for (const { status, code, message } of refused) {
      assert.deepEqual([status, code], [503, 'TEMPORARILY_UNAVAILABLE'], message)
      assert.match(message, /The database is at its limits: too many connections for role/)
    }
    const { experiments } = await client.experiments.search({ maxResults: 100, orderBy: [], viewType: 'ALL' })
    assert.equal(experiments.length, 1 + 20 - refused.length)
  })

  const answered = ({ ledgers }: Load) => ledgers.reduce((sum, ledger) => sum + ledger.answered.size, 0)

  async function check({ ledgers, failures }: Load): Promise<void> {
    assert.doesNotMatch(server.said(), /reason of ours/)
    for (const failure of failures) {
      assert.ok(failure instanceof ApiError, String(failure))
      assert.deepEqual([failure.status, failure.code], [503, 'TEMPORARILY_UNAVAILABLE'], failure.message)
      assert.match(failure.message, /The database cannot be reached/)
    }
    assert.ok(failures.length > 0, 'nothing was ever refused')
    for (const ledger of ledgers) await checkLedger(server.client, ledger)
  }
})
