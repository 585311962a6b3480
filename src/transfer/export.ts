import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fileBlobs } from '../blobs/files.ts'
import { copyFiles, listFiles } from './copy.ts'
import type { Sink } from './sink.ts'
import type { Artifacts, Series, Source, SourceModel, SourceRun } from './source.ts'
import { emptyTally, type Tally } from './tally.ts'

export interface ExportOptions {
  /** Copies artifacts beside what is written; else runs refer to where they are. */
  readonly copyArtifacts: boolean
  readonly onProgress?: (tally: Tally) => void
}

/** Writes all experiments of a source, with what belongs to them. */
export async function exportTo(sink: Sink, source: Source, options: ExportOptions): Promise<Tally> {
  const tally = emptyTally()
  const copies = options.copyArtifacts ? sink.artifacts : undefined
  const experiments = await source.experiments()
  await sink.open(
    experiments.map((experiment) =>
      copies ? { ...experiment, artifactLocation: fileUri(copies.root, experiment.experimentId) } : experiment,
    ),
  )
  for (const { experimentId } of experiments) {
    tally.experiments++
    for await (const run of source.runs(experimentId)) await exportRun(run, experimentId)
    for await (const model of source.models(experimentId)) await exportModel(model, experimentId)
  }
  const lost = await sink.close()
  tally.omissions = [...(await source.omissions()), ...[...lost].map(([what, count]) => ({ what, count }))]
  return tally

  async function exportRun(run: SourceRun, experimentId: string): Promise<void> {
    const whole = await run.read()
    const { info } = whole.run
    const artifactUri = await copied(await run.artifacts(), experimentId, `${run.runId}/artifacts`)
    await sink.putRun({ ...whole, run: { ...whole.run, info: { ...info, artifactUri } } }, counted(run.series()))
    tally.runs++
    options.onProgress?.(tally)
  }

  async function exportModel(model: SourceModel, experimentId: string): Promise<void> {
    const { info } = model.model
    const artifactUri = await copied(await model.artifacts(), experimentId, `models/${model.modelId}/artifacts`)
    await sink.putModel({ ...model, model: { ...model.model, info: { ...info, artifactUri } } })
    tally.models++
    options.onProgress?.(tally)
  }

  /** @returns Where the artifacts are afterwards. */
  async function copied({ uri, files }: Artifacts, experimentId: string, folder: string): Promise<string> {
    if (!copies) return uri
    if (!files) {
      tally.notCopied++
      return uri
    }
    const done = await copyFiles(
      files,
      await listFiles(files),
      fileBlobs(copies.root),
      join(copies.folderOf(experimentId), folder),
    )
    tally.files += done.files
    tally.bytes += done.bytes
    return fileUri(copies.root, experimentId, folder)
  }

  async function* counted(series: AsyncIterable<Series>): AsyncIterable<Series> {
    for await (const each of series) {
      tally.points += each.points.steps.length
      yield each
    }
  }
}

const fileUri = (...path: [string, ...string[]]) => pathToFileURL(join(...path)).href
