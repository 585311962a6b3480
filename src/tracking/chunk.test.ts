import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { decodePoints, encodePoints, type Points, sealPoints, sortPoints } from './chunk.ts'

const points = (rows: [step: number, timestamp: number, value: number][]): Points => ({
  steps: Float64Array.from(rows, ([step]) => step),
  timestamps: Float64Array.from(rows, ([, timestamp]) => timestamp),
  values: Float64Array.from(rows, ([, , value]) => value),
})

const cases: [name: string, rows: [number, number, number][]][] = [
  ['one point', [[0, 1_700_000_000_000, 0.5]]],
  [
    'negative steps',
    [
      [-5, 1, 1],
      [-1, 2, 2],
      [3, 3, 3],
    ],
  ],
  [
    'falling timestamps',
    [
      [1, 100, 1],
      [2, 50, 2],
      [3, 75, 3],
    ],
  ],
  [
    'NaN, zeroes and the greatest numbers',
    [
      [0, 0, NaN],
      [1, 0, -0],
      [2, 0, Number.MAX_VALUE],
      [3, 0, -Number.MAX_VALUE],
    ],
  ],
  [
    'the greatest whole numbers',
    [
      [-Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER, 1],
      [Number.MAX_SAFE_INTEGER, 0, 2],
    ],
  ],
  [
    'numbers at the edge of delta coding',
    [
      [2 ** 50, -(2 ** 50), 1],
      [-(2 ** 50), 2 ** 50, 2],
    ],
  ],
]

describe('point chunks', () => {
  for (const [name, rows] of cases)
    for (const encode of [encodePoints, sealPoints])
      it(`read back ${name} from ${encode.name}`, () => {
        assert.deepEqual(decodePoints(encode(points(rows))), points(rows))
      })

  it('take at most 12 bytes a point of a noisy loss curve', () => {
    const rows = Array.from({ length: 1000 }, (_, i): [number, number, number] => [
      i,
      1_700_000_000_000 + i * 150 + Math.floor(Math.random() * 20),
      Math.exp(-i / 300) + Math.random() * 0.1,
    ])
    const { length } = sealPoints(points(rows))
    assert.ok(length / rows.length <= 12, `${length / rows.length} bytes a point`)
  })

  it('sort by step, then timestamp, then value, where NaN counts as 0', () => {
    const sorted = sortPoints(
      points([
        [2, 1, 1],
        [1, 2, NaN],
        [1, 2, 5],
        [1, 2, 0],
        [1, 2, -5],
        [1, 1, 9],
      ]),
    )
    assert.deepEqual(
      sorted,
      points([
        [1, 1, 9],
        [1, 2, -5],
        [1, 2, 0],
        [1, 2, NaN],
        [1, 2, 5],
        [2, 1, 1],
      ]),
    )
  })
})
