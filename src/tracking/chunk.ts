import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/**
 * Points of one series as columns, all of length `[n]`.
 *
 * Steps and timestamps are whole numbers up to 2^53 - 1 in size; a value may be NaN.
 */
export interface Points {
  readonly steps: Float64Array
  readonly timestamps: Float64Array
  readonly values: Float64Array
}

const PLAIN = 0
const ZSTD = 1

const AS_DELTAS = 0
const AS_PLANES = 1

/** Above this, a difference of two numbers might not be exact. */
const LARGEST_DELTA_CODED = 2 ** 50

/**
 * Encodes points for the tail: small at once, without the cost of a codec.
 *
 * Whole numbers are differences in variable-length form; values are eight
 * planes of bytes (all first bytes, then all second bytes, …), since the
 * exponents of neighbours are alike.
 */
export function encodePoints(points: Points): Uint8Array {
  return Buffer.concat([Buffer.of(PLAIN), encodeColumns(points)])
}

/** Encodes points for good: as `encodePoints`, then compressed by zstd. */
export function sealPoints(points: Points): Uint8Array {
  return Buffer.concat([Buffer.of(ZSTD), zstdCompressSync(encodeColumns(points))])
}

/** Reads either form. */
export function decodePoints(bytes: Uint8Array): Points {
  const body = bytes.subarray(1)
  const columns = bytes[0] === ZSTD ? zstdDecompressSync(body) : body
  const reader: Reader = { bytes: columns, at: 0 }
  const n = readVarint(reader)
  return { steps: readWhole(reader, n), timestamps: readWhole(reader, n), values: readPlanes(reader, n) }
}

/** Puts the points of several pieces behind each other, in the pieces' order. */
export function concatPoints(pieces: readonly Points[]): Points {
  if (pieces.length === 1) return pieces[0]!
  return {
    steps: concat(pieces.map(({ steps }) => steps)),
    timestamps: concat(pieces.map(({ timestamps }) => timestamps)),
    values: concat(pieces.map(({ values }) => values)),
  }
}

/** The points at the given positions, in that order. */
export function pickPoints({ steps, timestamps, values }: Points, positions: ArrayLike<number>): Points {
  const pick = (column: Float64Array) => Float64Array.from(positions, (i) => column[i]!)
  return { steps: pick(steps), timestamps: pick(timestamps), values: pick(values) }
}

/** Sorts by (step, timestamp, value), the order in which the last point is the latest. Sorted points are returned as they are. */
export function sortPoints(points: Points): Points {
  const { length } = points.steps
  let sorted = true
  for (let i = 1; i < length && sorted; i++) sorted = comparePoints(points, i - 1, points, i) <= 0
  if (sorted) return points
  const order = Uint32Array.from({ length }, (_, i) => i).sort((a, b) => comparePoints(points, a, points, b))
  return pickPoints(points, order)
}

/** Compares point `i` of `a` with point `j` of `b` by (step, timestamp, value), where NaN counts as 0, as in MLflow's tables. */
export function comparePoints(a: Points, i: number, b: Points, j: number): number {
  return a.steps[i]! - b.steps[j]! || a.timestamps[i]! - b.timestamps[j]! || compareValues(a.values[i]!, b.values[j]!)
}

function compareValues(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  if (a === b) return 0
  return (a || 0) - (b || 0) || Number(Number.isNaN(a)) - Number(Number.isNaN(b))
}

function encodeColumns({ steps, timestamps, values }: Points): Uint8Array {
  const writer: Writer = { bytes: new Uint8Array(10 + steps.length * 28), at: 0 }
  writeVarint(writer, steps.length)
  writeWhole(writer, steps)
  writeWhole(writer, timestamps)
  writePlanes(writer, values)
  return writer.bytes.subarray(0, writer.at)
}

interface Writer {
  readonly bytes: Uint8Array
  at: number
}

interface Reader {
  readonly bytes: Uint8Array
  at: number
}

function writeWhole(writer: Writer, column: Float64Array): void {
  if (column.some((value) => Math.abs(value) > LARGEST_DELTA_CODED)) {
    writer.bytes[writer.at++] = AS_PLANES
    writePlanes(writer, column)
    return
  }
  writer.bytes[writer.at++] = AS_DELTAS
  let before = 0
  for (const value of column) {
    const delta = value - before
    writeVarint(writer, delta < 0 ? -2 * delta - 1 : 2 * delta)
    before = value
  }
}

function readWhole(reader: Reader, n: number): Float64Array {
  if (reader.bytes[reader.at++] === AS_PLANES) return readPlanes(reader, n)
  const column = new Float64Array(n)
  const { bytes } = reader
  let before = 0
  for (let i = 0; i < n; i++) {
    const first = bytes[reader.at]!
    const second = bytes[reader.at + 1]!
    if (first < 128 || second < 128) {
      const coded = first < 128 ? first : (first & 127) | (second << 7) // the usual case, in small integers
      reader.at += first < 128 ? 1 : 2
      before += (coded >>> 1) ^ -(coded & 1)
    } else {
      const coded = readVarint(reader)
      before += coded % 2 ? -(coded + 1) / 2 : coded / 2
    }
    column[i] = before
  }
  return column
}

function writePlanes(writer: Writer, column: Float64Array): void {
  const n = column.length
  const bytes = new Uint8Array(column.buffer, column.byteOffset, n * 8)
  for (let plane = 0; plane < 8; plane++) for (let i = 0; i < n; i++) writer.bytes[writer.at++] = bytes[i * 8 + plane]!
}

/** Joins the eight planes; four bytes at a time, for on every machine that runs Node the lowest comes first. */
function readPlanes(reader: Reader, n: number): Float64Array {
  const column = new Float64Array(n)
  const words = new Uint32Array(column.buffer)
  const { bytes, at } = reader
  for (let i = 0, p = at; i < n; i++, p++) {
    words[2 * i] = bytes[p]! | (bytes[p + n]! << 8) | (bytes[p + 2 * n]! << 16) | (bytes[p + 3 * n]! << 24)
    words[2 * i + 1] =
      bytes[p + 4 * n]! | (bytes[p + 5 * n]! << 8) | (bytes[p + 6 * n]! << 16) | (bytes[p + 7 * n]! << 24)
  }
  reader.at = at + 8 * n
  return column
}

function writeVarint(writer: Writer, value: number): void {
  let rest = value
  while (rest >= 128) {
    writer.bytes[writer.at++] = (rest % 128) | 128
    rest = Math.floor(rest / 128)
  }
  writer.bytes[writer.at++] = rest
}

function readVarint(reader: Reader): number {
  let value = 0
  for (let weight = 1; ; weight *= 128) {
    const byte = reader.bytes[reader.at++]!
    if (byte < 128) return value + byte * weight
    value += (byte - 128) * weight
  }
}

function concat(columns: readonly Float64Array[]): Float64Array {
  const joined = new Float64Array(columns.reduce((n, column) => n + column.length, 0))
  let at = 0
  for (const column of columns) {
    joined.set(column, at)
    at += column.length
  }
  return joined
}
