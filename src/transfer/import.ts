import { placeOf, type Roots } from '../artifacts/roots.ts'
import { concatPoints, type Points } from '../tracking/chunk.ts'
import { appendPoints } from '../tracking/series-store.ts'
import type { Transaction } from '../db/db.ts'
import type { Experiment } from '../wire/experiments.ts'
import { copyFiles, listFiles } from './copy.ts'
import type { Artifacts, Source, SourceModel, SourceRun, WholeRun } from './source.ts'
import { putModel, putRun, readMarks, setMark, type Store } from './store.ts'
import { type PlacedExperiment, putExperiment } from './store-experiments.ts'
import { emptyTally, type Tally } from './tally.ts'

const RUNS_A_WRITE = 200
const POINTS_A_WRITE = 200_000

export interface ImportOptions {
  /** Copies artifacts; when absent, runs refer to where they are. */
  readonly copyTo?: {
    readonly roots: Roots
    /** Where experiments keep their artifacts, such as `mlflow-artifacts:`. */
    readonly root: string
  }
  /** Passes over the artifacts of runs that have ended and not changed. */
  readonly followOnly?: boolean
  readonly onProgress?: (tally: Tally) => void
  readonly signal?: AbortSignal
}

/** A run that has been read and is to be written. */
interface ReadRun {
  readonly run: SourceRun
  readonly whole: WholeRun
  readonly artifacts: Artifacts
  readonly series: Map<string, Points[]>
  /** Absent while there are more points to come. */
  readonly mark?: string
}

/**
 * Brings experiments with all that belongs to them into a store, under the ids they have.
 *
 * Each run is remembered with what it was like, in the transaction that writes
 * it: what was cut short goes on where it was, and what is done again brings
 * only what has changed. Nothing is removed here that was removed there.
 *
 * @throws ApiError when an experiment's id is another's here.
 */
export async function importFrom(source: Source, store: Store, options: ImportOptions = {}): Promise<Tally> {
  const { db, keys } = store
  const { copyTo, followOnly = false, signal } = options
  const tally = emptyTally()
  const known = {
    run: await readMarks(db, source.name, 'run'),
    model: await readMarks(db, source.name, 'model'),
    artifacts: await readMarks(db, source.name, 'artifacts'),
  }
  const places = await putExperiments()
  for (const [experimentId, place] of places) await importRuns(experimentId, place)
  // behind all runs, for a model may have been measured in a run of another experiment
  for (const [experimentId, place] of places) await importModels(experimentId, place)
  tally.omissions = await source.omissions()
  return tally

  async function putExperiments(): Promise<Map<string, PlacedExperiment>> {
    const experiments = await source.experiments()
    const brought = await readMarks(db, source.name, 'experiment')
    return await db.write(async (tx) => {
      const places = new Map<string, PlacedExperiment>()
      for (const experiment of experiments) {
        const { experimentId, name } = experiment
        const place = await putExperiment(tx, experiment, locationOf(experiment), brought.has(experimentId))
        await setMark(tx, source.name, 'experiment', experimentId, name)
        if (place.name !== name) tally.renamed.push({ experimentId, name, here: place.name })
        places.set(experimentId, place)
        tally.experiments++
      }
      return places
    })
  }

  async function importRuns(experimentId: string, place: PlacedExperiment): Promise<void> {
    let waiting: ReadRun[] = []
    let points = 0
    for await (const run of source.runs(experimentId)) {
      if (signal?.aborted) return
      const mark = marked(run.mark)
      const artifacts = await run.artifacts()
      if (known.run.get(run.runId) === mark) {
        tally.unchanged++
        if (!followOnly || run.isRunning) await copyArtifacts(run.runId, runFolder(experimentId, run.runId), artifacts)
        options.onProgress?.(tally)
        continue
      }
      const read: ReadRun = { run, artifacts, whole: await run.read(), series: new Map() }
      for await (const { key, points: piece } of run.series()) {
        add(read.series, key, piece)
        points += piece.steps.length
        if (points < POINTS_A_WRITE) continue
        await writeRuns([...waiting, read], experimentId, place)
        read.series.clear()
        waiting = []
        points = 0
      }
      waiting.push({ ...read, mark })
      if (waiting.length < RUNS_A_WRITE) continue
      await writeRuns(waiting, experimentId, place)
      waiting = []
      points = 0
    }
    await writeRuns(waiting, experimentId, place)
  }

  async function writeRuns(runs: readonly ReadRun[], experimentId: string, place: PlacedExperiment): Promise<void> {
    if (runs.length === 0) return
    tally.points += await db.write(async (tx) => {
      let points = 0
      for (const read of runs) points += await writeRun(tx, read, experimentId, place)
      return points
    })
    for (const { run, artifacts, mark } of runs) {
      if (!mark) continue
      tally.runs++
      await copyArtifacts(run.runId, runFolder(experimentId, run.runId), artifacts)
    }
    options.onProgress?.(tally)
  }

  async function writeRun(
    tx: Transaction,
    { run, whole, artifacts, series, mark }: ReadRun,
    experimentId: string,
    place: PlacedExperiment,
  ): Promise<number> {
    const uri = uriOf(artifacts, runFolder(experimentId, run.runId))
    const locked = await putRun(tx, store, place, whole, uri)
    const ids = await keys.idsOf(tx, place.id, 'metric', [...series.keys()])
    const added = [...series].map(([key, pieces]): [number, Points] => [ids.get(key)!, concatPoints(pieces)])
    if (added.length > 0) await appendPoints(tx, locked.id, new Map(added))
    if (mark) await setMark(tx, source.name, 'run', run.runId, mark)
    return added.reduce((sum, [, { steps }]) => sum + steps.length, 0)
  }

  async function importModels(experimentId: string, place: PlacedExperiment): Promise<void> {
    for await (const model of source.models(experimentId)) {
      if (signal?.aborted) return
      await importModel(model, `${experimentId}/models/${model.modelId}/artifacts`, place)
    }
  }

  async function importModel(model: SourceModel, folder: string, place: PlacedExperiment): Promise<void> {
    const artifacts = await model.artifacts()
    const mark = marked(model.mark)
    const isKnown = known.model.get(model.modelId) === mark
    if (!isKnown) {
      await db.write(async (tx) => {
        await putModel(tx, place, model, uriOf(artifacts, folder))
        await setMark(tx, source.name, 'model', model.modelId, mark)
      })
      tally.models++
    }
    if (!isKnown || !followOnly) await copyArtifacts(model.modelId, folder, artifacts)
    options.onProgress?.(tally)
  }

  async function copyArtifacts(name: string, folder: string, { files }: Artifacts): Promise<void> {
    if (!copyTo) return
    if (!files) {
      tally.notCopied++
      return
    }
    const listing = await listFiles(files)
    if (listing.files.length === 0 || known.artifacts.get(name) === listing.mark) return
    const place = placeOf(`${copyTo.root}/${folder}`, copyTo.roots)
    const copied = await copyFiles(files, listing, place.blobs, place.folder)
    await db.write((tx) => setMark(tx, source.name, 'artifacts', name, listing.mark))
    tally.files += copied.files
    tally.bytes += copied.bytes
  }

  function locationOf({ experimentId, artifactLocation }: Experiment): string {
    return copyTo ? `${copyTo.root}/${experimentId}` : artifactLocation
  }

  function uriOf({ uri, files }: Artifacts, folder: string): string {
    return copyTo && files ? `${copyTo.root}/${folder}` : uri
  }

  /** What is copied now is not what was referred to before. */
  function marked(mark: string): string {
    return `${copyTo ? 'copied' : 'referred'} ${mark}`
  }
}

const runFolder = (experimentId: string, runId: string) => `${experimentId}/${runId}/artifacts`

function add(series: Map<string, Points[]>, key: string, piece: Points): void {
  const pieces = series.get(key)
  if (pieces) pieces.push(piece)
  else series.set(key, [piece])
}
