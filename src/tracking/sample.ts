import { type Points, pickPoints } from './chunk.ts'

/**
 * Picks the points that MLflow's interval endpoint answers: the first of each
 * of `buckets` equal parts, but of the last part the last.
 *
 * The parts are SQL's `ntile`: they differ by one point at most, the longer ones first.
 *
 * @param points - Sorted by (step, timestamp, value). Shape `[n]`.
 * @param buckets - At least 1.
 * @returns At most `buckets` points, sorted.
 */
export function firstOfBuckets(points: Points, buckets: number): Points {
  const n = points.steps.length
  if (n <= buckets) return points
  const starts = Array.from({ length: buckets - 1 }, (_, i) => bucketStart(n, buckets, i))
  return pickPoints(points, [...starts, n - 1])
}

export interface Sample extends Points {
  /** The least value of each bucket, NaN where it holds none. Shape `[buckets]`. */
  readonly mins: Float64Array
  readonly maxs: Float64Array
}

/**
 * Thins a series for a chart: the last point of each bucket, with the least
 * and greatest value of the bucket, so that no spike is lost.
 *
 * @param points - Sorted by (step, timestamp, value). Shape `[n]`.
 * @param buckets - Most points wanted, at least 1.
 */
export function sampleWithRange(points: Points, buckets: number): Sample {
  const n = points.steps.length
  if (n <= buckets) return { ...points, mins: points.values, maxs: points.values }
  const mins = new Float64Array(buckets)
  const maxs = new Float64Array(buckets)
  const lasts = new Uint32Array(buckets)
  for (let bucket = 0; bucket < buckets; bucket++) {
    const end = bucketStart(n, buckets, bucket + 1)
    let min = NaN
    let max = NaN
    for (let i = bucketStart(n, buckets, bucket); i < end; i++) {
      const value = points.values[i]!
      if (!(value >= min)) min = Number.isNaN(value) ? min : value
      if (!(value <= max)) max = Number.isNaN(value) ? max : value
    }
    mins[bucket] = min
    maxs[bucket] = max
    lasts[bucket] = end - 1
  }
  return { ...pickPoints(points, lasts), mins, maxs }
}

const bucketStart = (n: number, buckets: number, i: number) => i * Math.floor(n / buckets) + Math.min(i, n % buckets)
