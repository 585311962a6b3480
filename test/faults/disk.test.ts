import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, it } from 'node:test'
import { atEnd } from '../databases.ts'
import { filesBelow, type Served, serve, temporaryFolder } from './server.ts'

const MiB = 1024 * 1024
const POINTS = 900
const MOST_BATCHES = 400

/** A place with little room, and a way to have more of it. */
interface Disk {
  readonly folder: string
  /** Takes the room, from a server that runs. */
  fill(server: Served): void
  free(server: Served): void
}

const can = (command: string, args: string[]) => spawnSync(command, args, { timeout: 10_000 }).status === 0

/** A file system of 16 MiB, most of which another file fills. */
function smallFileSystem(): Disk | undefined {
  const folder = temporaryFolder()
  if (!can('mount', ['-t', 'tmpfs', '-o', 'size=16m', 'tmpfs', folder])) return undefined
  atEnd(() => spawnSync('umount', ['-l', folder]))
  const filler = join(folder, 'filler')
  return {
    folder,
    fill: () => writeFileSync(filler, new Uint8Array(12 * MiB)),
    free: () => rmSync(filler),
  }
}

/** A limit to the size of files, which the kernel reports in another way than a full disk. */
function limitedFiles(): Disk | undefined {
  if (!can('prlimit', ['--version'])) return undefined
  const limit = ({ pid }: Served, bytes: number | 'unlimited') =>
    assert.ok(can('prlimit', ['--pid', `${pid}`, `--fsize=${bytes}:unlimited`]))
  return {
    folder: temporaryFolder(),
    fill: (server) => limit(server, 3 * MiB),
    free: (server) => limit(server, 'unlimited'),
  }
}

for (const [name, disk] of Object.entries({
  'no room on the disk': smallFileSystem(),
  'a file size limit': limitedFiles(),
}))
  if (disk)
    describe(`a server with ${name}`, { timeout: 60_000 }, () => {
      const { folder } = disk
      const store = join(folder, 'store.db')
      const artifacts = join(folder, 'artifacts')

      it('refuses what it cannot keep in whole, keeps what it has, and goes on when there is room', async () => {
        mkdirSync(artifacts)
        const server = await serve(`sqlite:///${store}`, { args: ['--artifacts-destination', artifacts] })
        const { client } = server
        const { run } = await client.runs.create({ experimentId: '0', tags: [] })
        const { runId } = run.info
        const batch = (n: number) =>
          client.runs.logBatch({
            runId,
            metrics: Array.from({ length: POINTS }, (_, i) => ({
              key: 'm',
              value: Math.random(),
              timestamp: 0,
              step: n * POINTS + i,
            })),
            params: Array.from({ length: 3 }, (_, i) => ({ key: `${n} ${i}`, value: `${Math.random()}`.repeat(300) })),
            tags: [{ key: `${n}`, value: `${n}` }],
          })
        const upload = (path: string, bytes: number) =>
          client.proxy.upload({ artifactPath: `0/${runId}/artifacts/${path}` }, { body: new Uint8Array(bytes).fill(7) })
        const refusal = { code: 'TEMPORARILY_UNAVAILABLE', status: 503 }

        await batch(0)
        await upload('small.bin', 1000)
        disk.fill(server)
        let kept = 1
        await assert.rejects(
          async () => {
            for (; kept < MOST_BATCHES; kept++) await batch(kept)
          },
          { ...refusal, message: /Nothing was written: the disk/ },
        )
        await assert.rejects(upload('large.bin', 6 * MiB), { ...refusal, message: /large\.bin' was not kept: / })
        await assert.rejects(batch(kept), refusal)
        await check()

        disk.free(server)
        for (let i = 0; i < 3; i++) await batch(kept++)
        await upload('large.bin', 6 * MiB)
        const { files } = await client.artifacts.list({ runId })
        assert.deepEqual(
          files.map(({ path, fileSize }) => [path, fileSize]),
          [
            ['large.bin', 6 * MiB],
            ['small.bin', 1000],
          ],
        )
        assert.doesNotMatch(server.said(), /reason of ours/)
        await server.kill()
        const database = new DatabaseSync(store)
        assert.deepEqual({ ...database.prepare('pragma integrity_check').get() }, { integrity_check: 'ok' })
        database.close()

        async function check(): Promise<void> {
          assert.equal((await fetch(`${server.url}/health`)).status, 200)
          const { metrics } = await client.metrics.getHistory({ runId, metricKey: 'm' })
          assert.deepEqual([metrics.length, metrics.at(-1)!.step], [kept * POINTS, kept * POINTS - 1])
          const { data } = (await client.runs.get({ runId })).run
          assert.deepEqual([data.params.length, data.tags.length], [kept * 3, kept + 1])
          const listed = (await client.artifacts.list({ runId })).files.map(({ path }) => path)
          assert.deepEqual([listed, filesBelow(artifacts)], [['small.bin'], ['small.bin']])
        }
      })
    })
