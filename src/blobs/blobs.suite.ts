import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { text } from 'node:stream/consumers'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { Blobs, Range } from './blobs.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const bytes = (content: string) => new TextEncoder().encode(content)

/** What every kind of artifact store must do. */
export function blobsSuite(name: string, open: () => Promise<Blobs>): void {
  describe(`blobs: ${name}`, () => {
    const contentOf = async (blobs: Blobs, path: string, range?: Range) =>
      await text((await blobs.read(path, () => range)).stream)

    for (const path of [
      'a.txt',
      'model/weights.bin',
      'a b/ü☃.txt',
      'deep/er/and/deep/er',
      '100%',
      'a;b?c&d',
      'n'.repeat(255),
    ])
      it(`reads back what was written to '${path.slice(0, 40)}'`, async () => {
        const blobs = await open()
        await blobs.write(path, bytes('abc'))
        assert.equal(await contentOf(blobs, path), 'abc')
      })

    it('keeps an empty file', async () => {
      const blobs = await open()
      await blobs.write('empty', new Uint8Array())
      assert.equal(await contentOf(blobs, 'empty'), '')
      assert.deepEqual(await blobs.list(''), [{ path: 'empty', isDir: false, size: 0 }])
    })

    it('replaces what was there before', async () => {
      const blobs = await open()
      await blobs.write('a.txt', bytes('long before'))
      await blobs.write('a.txt', bytes('now'))
      assert.equal(await contentOf(blobs, 'a.txt'), 'now')
    })

    it('lists direct children only, by path, with sizes for files', async () => {
      const blobs = await open()
      await blobs.write('dir/b.txt', bytes('1'))
      await blobs.write('b.txt', bytes('12'))
      await blobs.write('a.txt', bytes('12345'))
      assert.deepEqual(await blobs.list(''), [
        { path: 'a.txt', isDir: false, size: 5 },
        { path: 'b.txt', isDir: false, size: 2 },
        { path: 'dir', isDir: true },
      ])
      assert.deepEqual(await blobs.list('dir'), [{ path: 'dir/b.txt', isDir: false, size: 1 }])
    })

    for (const path of ['', 'nope', 'nope/deeper', 'file.txt', 'file.txt/deeper'])
      it(`lists nothing for '${path}', which is no folder`, async () => {
        const blobs = await open()
        if (path) await blobs.write('file.txt', bytes('x'))
        assert.deepEqual(await blobs.list(path), [])
      })

    for (const path of ['nope', 'nope/deeper', 'dir', 'dir/b.txt/deeper'])
      it(`answers RESOURCE_DOES_NOT_EXIST to a read of '${path}', which is no file`, async () => {
        const blobs = await open()
        await blobs.write('dir/b.txt', bytes('x'))
        await assert.rejects(blobs.read(path), { code: 'RESOURCE_DOES_NOT_EXIST' })
      })

    const ranges: [start: number, end: number, part: string][] = [
      [0, 0, '0'],
      [0, 9, '0123456789'],
      [3, 5, '345'],
      [9, 9, '9'],
    ]
    for (const [start, end, part] of ranges)
      it(`reads bytes ${start} to ${end}, and still tells the size of the whole`, async () => {
        const blobs = await open()
        await blobs.write('digits', bytes('0123456789'))
        const { stream, size } = await blobs.read('digits', (whole) => {
          assert.equal(whole, 10)
          return { start, end }
        })
        assert.deepEqual([await text(stream), size], [part, 10])
      })

    it('gives another etag to another content, and the same to the same', async () => {
      const blobs = await open()
      const etag = async () => {
        const found = await blobs.read('a.txt')
        await found.stream.cancel()
        return found.etag
      }
      await blobs.write('a.txt', bytes('one'))
      const first = await etag()
      assert.equal(await etag(), first)
      await blobs.write('a.txt', bytes('two'))
      assert.notEqual(await etag(), first)
    })

    it('counts what a folder takes, with all in it', async () => {
      const blobs = await open()
      await blobs.write('dir/b.txt', bytes('12'))
      await blobs.write('dir/sub/deep/c.txt', bytes('345'))
      await blobs.write('dirt/d.txt', bytes('6789'))
      const usages = await Promise.all(['', 'dir', 'dir/sub', 'nope'].map((dir) => blobs.usage(dir)))
      assert.deepEqual(
        usages.map(({ files, bytes: sum }) => [files, sum]),
        [
          [3, 9],
          [2, 5],
          [1, 3],
          [0, 0],
        ],
      )
    })

    it('removes a file, a folder with all in it, and what is not there', async () => {
      const blobs = await open()
      await blobs.write('a.txt', bytes('x'))
      await blobs.write('dir/b.txt', bytes('x'))
      await blobs.write('dir/sub/c.txt', bytes('x'))
      for (const path of ['a.txt', 'dir', 'nope', 'nope/deeper']) await blobs.remove(path)
      assert.deepEqual(await blobs.list(''), [])
    })

    it('shows nothing of a file until all of it is there', async () => {
      const blobs = await open()
      await blobs.write('a.txt', bytes('before'))
      const halfway = Promise.withResolvers<void>()
      const rest = Promise.withResolvers<void>()
      const slow = new ReadableStream<Uint8Array>({
        async pull(controller) {
          controller.enqueue(bytes('half '))
          halfway.resolve()
          await rest.promise
          controller.enqueue(bytes('and half'))
          controller.close()
        },
      })
      const writing = blobs.write('a.txt', slow)
      await halfway.promise
      assert.equal(await contentOf(blobs, 'a.txt'), 'before')
      assert.deepEqual(await blobs.list(''), [{ path: 'a.txt', isDir: false, size: 6 }])
      rest.resolve()
      await writing
      assert.equal(await contentOf(blobs, 'a.txt'), 'half and half')
    })

    it('keeps what was there when a write breaks off', async () => {
      const blobs = await open()
      await blobs.write('a.txt', bytes('before'))
      for (const path of ['a.txt', 'new.txt']) {
        let pulls = 0
        const broken = new ReadableStream<Uint8Array>({
          pull(controller) {
            if (pulls++ === 0) controller.enqueue(bytes('half'))
            else controller.error(new Error('the sender went away'))
          },
        })
        await assert.rejects(blobs.write(path, broken), /the sender went away/)
      }
      assert.equal(await contentOf(blobs, 'a.txt'), 'before')
      assert.deepEqual(await blobs.list(''), [{ path: 'a.txt', isDir: false, size: 6 }])
    })

    it('keeps one whole file of many that are written at once', async () => {
      const blobs = await open()
      const contents = Array.from({ length: 10 }, (_, i) => String(i).repeat(1000 + i))
      await Promise.all(contents.map((content) => blobs.write('a.txt', bytes(content))))
      assert.ok(contents.includes(await contentOf(blobs, 'a.txt')))
      assert.equal((await blobs.list('')).length, 1)
    })

    it('goes on reading what it began to read', async () => {
      const blobs = await open()
      await blobs.write('a.txt', bytes('x'.repeat(300_000)))
      const { stream, size } = await blobs.read('a.txt')
      await blobs.write('a.txt', bytes('short'))
      assert.equal((await text(stream)).length, size)
    })

    it('streams 96 MB both ways in constant memory', async () => {
      const blobs = await open()
      const chunk = 1024 * 1024
      let left = 96
      let most = 0
      const start = process.memoryUsage().arrayBuffers
      const measure = () => {
        collectGarbage()
        collectGarbage() // ends what the first began
        most = Math.max(most, process.memoryUsage().arrayBuffers - start)
      }
      const source = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (left-- === 0) return controller.close()
          controller.enqueue(new Uint8Array(chunk).fill(left))
          if (left % 8 === 0) measure()
        },
      })
      await blobs.write('large', source)
      let read = 0
      for await (const part of (await blobs.read('large')).stream) {
        read += part.length
        if (read % (8 * chunk) === 0) measure()
      }
      assert.equal(read, 96 * chunk)
      assert.ok(most < 16 * chunk, `${Math.round(most / chunk)} MB were held`)
    })
  })
}
