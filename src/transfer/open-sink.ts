import { extname, resolve } from 'node:path'
import type { Db } from '../db/db.ts'
import { toExperimentNumbers } from '../tracking/experiments-store.ts'
import { listKeys } from '../tracking/keys.ts'
import { invalid } from '../wire/errors.ts'
import type { Sink } from './sink.ts'
import type { Source } from './source.ts'
import type { Format } from './table.ts'
import type { Names } from './table-sink.ts'

/** What an export may be. */
export type ExportFormat = 'mlruns' | 'mlflow' | Format

const FORMAT_OF: Record<string, ExportFormat> = {
  '': 'mlruns',
  '.db': 'mlflow',
  '.sqlite': 'mlflow',
  '.csv': 'csv',
  '.jsonl': 'jsonl',
  '.parquet': 'parquet',
}

/**
 * Opens a place to export to.
 *
 * @param format - By the ending of the destination when absent.
 * @throws ApiError `INVALID_PARAMETER_VALUE` when there is something already, or no telling what is meant.
 */
export async function openSink(
  destination: string,
  format: ExportFormat | undefined,
  db: Db,
  source: Source,
): Promise<Sink> {
  const path = resolve(destination.replace(/^sqlite:\/\/\//, '').replace(/^file:(\/\/)?/, ''))
  const chosen = format ?? FORMAT_OF[extname(path)]
  if (!chosen)
    throw invalid('destination', `'${destination}' ends in none of .db, .csv, .jsonl and .parquet: say --format`)
  if (chosen === 'mlruns') return (await import('./folder-sink.ts')).folderSink(path)
  if (chosen === 'mlflow') return (await import('./database-sink.ts')).databaseSink(path)
  return (await import('./table-sink.ts')).tableSink(path, chosen, await namesOf(db, source))
}

async function namesOf(db: Db, source: Source): Promise<Names> {
  const experiments = await source.experiments()
  const numbers = await toExperimentNumbers(
    db,
    experiments.map(({ experimentId }) => experimentId),
    'experiment',
  )
  const keys = Map.groupBy(await listKeys(db, numbers), ({ kind }) => kind)
  const names = (kind: 'metric' | 'param' | 'tag') => (keys.get(kind) ?? []).map(({ name }) => name)
  return { metrics: names('metric'), params: names('param'), tags: names('tag') }
}
