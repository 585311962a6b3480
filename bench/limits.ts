import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { connect, rateOf } from './load.ts'
import { temporaryFolder } from './servers.ts'

/** Rows like points of metrics that SQLite takes in a second of work, in one transaction: nothing can be quicker. */
export function rawInserts(): number {
  const { folder, remove } = temporaryFolder()
  const db = new DatabaseSync(join(folder, 'raw.db'))
  db.exec(
    'pragma journal_mode = wal; create table points (series integer, step integer, timestamp integer, value real)',
  )
  const insert = db.prepare('insert into points values (?, ?, ?, ?)')
  const rows = 1_000_000
  const before = process.cpuUsage()
  db.exec('begin')
  for (let i = 0; i < rows; i++) insert.run(1, i, 1_760_000_000_000 + i, Math.sin(i))
  db.exec('commit')
  const { user, system } = process.cpuUsage(before)
  db.close()
  remove()
  return rows / ((user + system) / 1e6)
}

/** Small requests that Node answers in a second on 16 connections, when it does nothing with them but read them. */
export async function rawRequests(): Promise<number> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'))
  }).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { call, close } = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 16)
  const body = { run_id: 'a'.repeat(32), key: 'loss', value: 0.5, timestamp: 1_760_000_000_000, step: 1 }
  const { perSecond } = await rateOf(16, 4, () => call('/', body))
  close()
  server.close()
  return perSecond
}
