import type { Omission } from './source.ts'

/** What has been moved so far. */
export interface Tally {
  experiments: number
  runs: number
  /** Runs that were the same as when they were last brought. */
  unchanged: number
  models: number
  points: number
  /** Artifacts. */
  files: number
  bytes: number
  /** Runs and models whose artifacts could not be read from here, and so were not copied. */
  notCopied: number
  /** Experiments whose name was another's. */
  readonly renamed: { readonly experimentId: string; readonly name: string; readonly here: string }[]
  omissions: readonly Omission[]
}

export const emptyTally = (): Tally => ({
  experiments: 0,
  runs: 0,
  unchanged: 0,
  models: 0,
  points: 0,
  files: 0,
  bytes: 0,
  notCopied: 0,
  renamed: [],
  omissions: [],
})
