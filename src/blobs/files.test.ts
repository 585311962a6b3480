import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { blobsSuite } from './blobs.suite.ts'
import { fileBlobs } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-blobs-'))
after(() => rmSync(folder, { recursive: true }))
let n = 0

blobsSuite('files', async () => fileBlobs(join(folder, String(n++))))

describe('files', () => {
  it('are read without keeping them open, also when nobody reads to the end', async () => {
    const blobs = fileBlobs(join(folder, 'open'))
    await blobs.write('a.txt', new Uint8Array(1_000_000))
    const openFiles = () => readdirSync('/proc/self/fd').length
    const before = openFiles()
    for (let i = 0; i < 20; i++) await (await blobs.read('a.txt')).stream.cancel()
    await new Promise((resolve) => setTimeout(resolve, 50))
    assert.ok(openFiles() <= before + 1, `${openFiles() - before} are open`)
  })

  it('leave no folder behind before the first comes', async () => {
    const root = join(folder, 'not yet')
    assert.deepEqual(await fileBlobs(root).list(''), [])
    assert.ok(!readdirSync(folder).includes('not yet'))
  })
})
