import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { type Batch, countOf, type Entry, fromLine, halve, merge, toLine } from './entry.ts'

const batch = (count: Partial<Record<'metrics' | 'params' | 'tags', number>>, runId = 'a'): Batch => ({
  kind: 'batch',
  runId,
  metrics: list(count.metrics).map((i) => ({ key: 'loss', value: i, timestamp: 5, step: i })),
  params: list(count.params).map((i) => ({ key: `param${i}`, value: String(i) })),
  tags: list(count.tags).map((i) => ({ key: `tag${i}`, value: String(i) })),
})

const list = (length = 0) => Array.from({ length }, (_, i) => i)

describe('an entry', () => {
  const entries: Entry[] = [
    batch({ metrics: 2, params: 1, tags: 1 }),
    { kind: 'create', runId: 'a', experimentName: 'x', startTime: 5, tags: [{ key: 'k', value: 'v' }] },
    { kind: 'update', runId: 'a', status: 'FAILED', endTime: 5 },
    { kind: 'upload', runId: 'a', artifactUri: '', path: 'a/b.txt', file: '/tmp/x' },
  ]

  for (const entry of entries)
    it(`survives a journal: ${entry.kind}`, () => {
      assert.deepEqual(fromLine(toLine(entry)), entry)
    })

  it('keeps values that are not finite', () => {
    for (const value of [Number.NaN, Infinity, -Infinity]) {
      const entry = { ...batch({}), metrics: [{ key: 'loss', value, timestamp: 5, step: 0 }] }
      assert.deepEqual(fromLine(toLine(entry)), entry)
    }
  })

  const lines = ['', '{}', 'null', '{"kind":"batch"}', '{"kind":"toString","run_id":"a"}']
  for (const line of lines)
    it(`is not read from ${JSON.stringify(line)}`, () => {
      assert.throws(() => fromLine(line), { code: 'INVALID_PARAMETER_VALUE' })
    })
})

describe('merging', () => {
  const cases: [into: Entry, entry: Entry, merges: boolean][] = [
    [batch({ metrics: 1 }), batch({ metrics: 999 }), true],
    [batch({ metrics: 1 }), batch({ metrics: 1000 }), false],
    [batch({ metrics: 990 }), batch({ tags: 11 }), false],
    [batch({ tags: 60 }), batch({ tags: 41 }), false],
    [batch({ params: 1 }), batch({ params: 1 }), false], // the same param twice is for the server to judge
    [batch({ metrics: 1 }), batch({ metrics: 1 }, 'b'), false],
    [batch({ metrics: 1 }), { kind: 'update', runId: 'a', status: 'FINISHED', endTime: 5 }, false],
  ]
  for (const [into, entry, merges] of cases)
    it(`${merges ? 'joins' : 'does not join'} ${countOf(entry)} of ${entry.runId} to ${countOf(into)}`, () => {
      const total = countOf(into) + countOf(entry)
      assert.equal(merge(into, entry), merges)
      if (merges) assert.equal(countOf(into), total)
    })
})

describe('halving', () => {
  it('keeps everything, in order', () => {
    const whole = batch({ metrics: 3, params: 2, tags: 2 })
    const [first, second] = halve(whole)!
    assert.deepEqual([countOf(first), countOf(second)], [3, 4])
    for (const kind of ['metrics', 'params', 'tags'] as const)
      assert.deepEqual([...first[kind], ...second[kind]], whole[kind])
  })

  it('leaves alone what is one thing', () => {
    assert.equal(halve(batch({ metrics: 1 })), undefined)
    assert.equal(halve({ kind: 'update', runId: 'a', status: 'FINISHED', endTime: 5 }), undefined)
  })
})
