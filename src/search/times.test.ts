import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readDate, readDuration } from './times.ts'

const DURATIONS: [text: string, ms: number | undefined][] = [
  ['5ms', 5],
  ['1.5s', 1500],
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['2D', 172_800_000],
  ['1w', 604_800_000],
  ['5', undefined],
  ['m', undefined],
  ['5y', undefined],
  ['-5m', undefined],
  ['5m ', undefined],
]

const DATES: [text: string, iso: string | undefined][] = [
  ['2026-01-31', '2026-01-31T00:00:00.000Z'],
  ['2026-01-31 18:30', '2026-01-31T18:30:00.000Z'],
  ['2026-01-31T18:30:15.25', '2026-01-31T18:30:15.250Z'],
  ['2026-01-31T18:30:00Z', '2026-01-31T18:30:00.000Z'],
  ['2026-01-31 18:30 +02:00', '2026-01-31T16:30:00.000Z'],
  ['2026-01-31 18:30:00-0530', '2026-02-01T00:00:00.000Z'],
  ['2024-02-29', '2024-02-29T00:00:00.000Z'],
  ['2026-02-29', undefined],
  ['2026-13-01', undefined],
  ['2026-01-31 25:00', undefined],
  ['2026-1-31', undefined],
  ['yesterday', undefined],
]

describe('times in filters', () => {
  for (const [text, ms] of DURATIONS)
    it(`reads the duration '${text}' as ${ms}`, () => {
      assert.equal(readDuration(text), ms)
    })

  for (const [text, iso] of DATES)
    it(`reads the date '${text}' as ${iso}, whatever zone the server is in`, () => {
      const ms = readDate(text)
      assert.equal(ms && new Date(ms).toISOString(), iso)
    })
})
