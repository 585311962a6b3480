import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'

export const PIXELS = 64
export const CLASSES = 10
export const SOURCE = 'https://doi.org/10.24432/C50P49'

/** Images with what they show. */
export interface Digits {
  /** Ink from 0 to 1, row by row. Shape `[n, 64]`, flat. */
  readonly images: Float64Array
  /** 0 to 9. Shape `[n]`. */
  readonly labels: Uint8Array
}

/** The 1,797 images that are shipped here, and a digest of their bytes. */
export function loadDigits(): Digits & { readonly digest: string } {
  const bytes = gunzipSync(readFileSync(new URL('digits.csv.gz', import.meta.url)))
  const rows = bytes
    .toString()
    .trim()
    .split('\n')
    .map((line) => line.split(',').map(Number))
  return {
    images: Float64Array.from(rows.flatMap((row) => row.slice(0, PIXELS).map((ink) => ink / 16))),
    labels: Uint8Array.from(rows, (row) => row[PIXELS]!),
    digest: createHash('md5').update(bytes).digest('hex').slice(0, 8),
  }
}

/** Every fifth image is kept for validation: the writers alternate, so both parts have all of them. */
export function split(digits: Digits): { train: Digits; validation: Digits } {
  const all = Array.from(digits.labels, (_, i) => i)
  return {
    train: pick(
      digits,
      all.filter((i) => i % 5 !== 0),
    ),
    validation: pick(
      digits,
      all.filter((i) => i % 5 === 0),
    ),
  }
}

/** The images at the given positions, in that order. */
export function pick({ images, labels }: Digits, positions: readonly number[]): Digits {
  const picked = new Float64Array(positions.length * PIXELS)
  for (const [to, from] of positions.entries())
    picked.set(images.subarray(from * PIXELS, (from + 1) * PIXELS), to * PIXELS)
  return { images: picked, labels: Uint8Array.from(positions, (i) => labels[i]!) }
}
