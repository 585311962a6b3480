import type { Points } from '../tracking/chunk.ts'

/** Points as they are read, one by one, into columns that grow. */
export interface PointColumns {
  readonly length: number
  push(step: number, timestamp: number, value: number): void
  /** What has been pushed; nothing may be pushed after it. */
  points(): Points
}

export function pointColumns(): PointColumns {
  let capacity = 64
  let length = 0
  let steps = new Float64Array(capacity)
  let timestamps = new Float64Array(capacity)
  let values = new Float64Array(capacity)

  function grow(): void {
    capacity *= 2
    steps = enlarged(steps, capacity)
    timestamps = enlarged(timestamps, capacity)
    values = enlarged(values, capacity)
  }

  return {
    get length() {
      return length
    },
    push(step, timestamp, value) {
      if (length === capacity) grow()
      steps[length] = whole(step)
      timestamps[length] = whole(timestamp)
      values[length++] = finite(value)
    },
    points: () => ({
      steps: steps.subarray(0, length),
      timestamps: timestamps.subarray(0, length),
      values: values.subarray(0, length),
    }),
  }
}

function enlarged(column: Float64Array<ArrayBuffer>, capacity: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(capacity)
  larger.set(column)
  return larger
}

/** The nearest whole number that a number can count to; MLflow keeps 64 bits. */
const whole = (value: number) =>
  Math.max(-Number.MAX_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, Math.round(value)))

/** Infinities become the greatest finite numbers, as in MLflow's stores. */
const finite = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))
