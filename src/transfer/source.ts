import type { Blobs } from '../blobs/blobs.ts'
import type { Lifecycle } from '../db/tables.ts'
import type { Points } from '../tracking/chunk.ts'
import type { Experiment } from '../wire/experiments.ts'
import type { LoggedModel } from '../wire/logged-models.ts'
import type { Run } from '../wire/runs.ts'

/** A place that experiments can be read from: a folder, a database, a server, or a store of our own. */
export interface Source {
  /** What is remembered of an import stands under it: the same for the same place. */
  readonly name: string
  /** What it is, in the words of the user: `an MLflow database at revision …`. */
  readonly what: string
  /** What this place cannot hold, such as `datasets`, in the words of the user. */
  readonly lacks: readonly string[]
  /** What there is in all, for a progress bar, of what can be counted at once. */
  totals(): Promise<Totals>
  /** Of every lifecycle stage. */
  experiments(): Promise<Experiment[]>
  runs(experimentId: string): AsyncIterable<SourceRun>
  models(experimentId: string): AsyncIterable<SourceModel>
  /** What there is and is not read. */
  omissions(): Promise<Omission[]>
  close(): Promise<void>
}

export interface Totals {
  readonly runs?: number
  readonly points?: number
}

export interface Omission {
  /** In the words of the user: `registered models`. */
  readonly what: string
  readonly count: number
}

export interface SourceRun {
  readonly runId: string
  /** Changes when anything of the run does; artifacts aside. */
  readonly mark: string
  readonly isRunning: boolean
  read(): Promise<WholeRun>
  /** All points, in any order; those of one key may come in several pieces. */
  series(): AsyncIterable<Series>
  artifacts(): Promise<Artifacts>
}

/** A run with all that belongs to it but its points; `data.metrics` may be empty. */
export interface WholeRun {
  readonly run: Run
  readonly deletedTime?: number
}

export interface Series {
  readonly key: string
  readonly points: Points
}

export interface SourceModel {
  readonly modelId: string
  readonly mark: string
  readonly model: LoggedModel
  readonly lifecycleStage: Lifecycle
  artifacts(): Promise<Artifacts>
}

/** Where the artifacts of a run or a model are. */
export interface Artifacts {
  readonly uri: string
  /** Absent where they cannot be read from here. */
  readonly files?: Files
}

export type Files = Pick<Blobs, 'list' | 'read'>
