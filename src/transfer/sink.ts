import type { Experiment } from '../wire/experiments.ts'
import type { Series, SourceModel, WholeRun } from './source.ts'

/** A place that experiments are exported to. */
export interface Sink {
  /** Where it keeps artifacts; absent where it keeps none. */
  readonly artifacts?: ArtifactFolders
  /** Called first, with all experiments whose runs follow. */
  open(experiments: readonly Experiment[]): Promise<void>
  /** @param run - With the latest point of each series in `data.metrics`. */
  putRun(run: WholeRun, series: AsyncIterable<Series>): Promise<void>
  putModel(model: SourceModel): Promise<void>
  /** @returns What could not be written, in the words of the user. */
  close(): Promise<ReadonlyMap<string, number>>
}

export interface ArtifactFolders {
  readonly root: string
  /** The folder of an experiment below the root. */
  folderOf(experimentId: string): string
}
