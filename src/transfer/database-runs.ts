import type { Cell } from '../db/db.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { DatasetInput, RunStatus } from '../wire/runs.ts'
import { type Columns, selectFrom } from './database-columns.ts'
import type { Foreign, Row } from './foreign.ts'
import type { WholeRun } from './source.ts'

export interface CountedRun {
  readonly whole: WholeRun
  readonly points: number
}

/** What old versions of MLflow kept in columns, and newer ones in tags. */
const ONCE_COLUMNS: readonly [column: string, tag: string][] = [
  ['source_name', 'mlflow.source.name'],
  ['source_version', 'mlflow.source.git.commit'],
  ['entry_point_name', 'mlflow.project.entryPoint'],
]

/** Reads runs with what belongs to them; of metrics the latest, and how many points there are. */
export async function readRuns(db: Foreign, columns: Columns, runIds: readonly string[]): Promise<CountedRun[]> {
  const these = `(${runIds.map(() => '?')})`
  const of = async (table: string) =>
    columns.has(table) ? await db.all(`${selectFrom(db, columns, table)} where run_uuid in ${these}`, runIds) : []
  const rows = await of('runs')
  const [params, tags, latest] = [await of('params'), await of('tags'), await of('latest_metrics')].map(byRun)
  const counts = await db.all(
    `select run_uuid, count(*) as n from metrics where run_uuid in ${these} group by run_uuid`,
    runIds,
  )
  const points = new Map(counts.map((row) => [row['run_uuid'], Number(row['n'])]))
  const datasets = await readDatasets(db, columns, runIds)
  const used = await readRunModels(db, columns, runIds, 'RUN_INPUT')
  const made = await readRunModels(db, columns, runIds, 'RUN_OUTPUT')

  return rows.map((row) => {
    const id = row['run_uuid']!
    const runTags = toPairs(tags!.get(id))
    const named = runTags.find(({ key }) => key === 'mlflow.runName')?.value
    for (const [column, tag] of ONCE_COLUMNS)
      if (row[column] && !runTags.some(({ key }) => key === tag)) runTags.push({ key: tag, value: String(row[column]) })
    return {
      points: points.get(id) ?? 0,
      whole: {
        ...(row['deleted_time'] != null && { deletedTime: Number(row['deleted_time']) }),
        run: {
          info: {
            runId: String(id),
            runUuid: String(id),
            runName: String(row['name'] || named || ''),
            experimentId: String(row['experiment_id']),
            userId: String(row['user_id'] ?? ''),
            status: String(row['status'] ?? 'RUNNING') as RunStatus,
            startTime: Number(row['start_time'] ?? 0),
            ...(row['end_time'] != null && { endTime: Number(row['end_time']) }),
            artifactUri: String(row['artifact_uri'] ?? ''),
            lifecycleStage: String(row['lifecycle_stage'] ?? 'active'),
          },
          data: {
            metrics: (latest!.get(id) ?? []).map((each) => ({
              key: String(each['key']),
              value: each['is_nan'] ? NaN : Number(each['value']),
              timestamp: Number(each['timestamp'] ?? 0),
              step: Number(each['step'] ?? 0),
            })),
            params: toPairs(params!.get(id)),
            tags: runTags,
          },
          inputs: {
            datasetInputs: datasets.get(id) ?? [],
            modelInputs: (used.get(id) ?? []).map((each) => ({ modelId: String(each['destination_id']) })),
          },
          outputs: {
            modelOutputs: (made.get(id) ?? []).map((each) => ({
              modelId: String(each['destination_id']),
              step: Number(each['step'] ?? 0),
            })),
          },
        },
      },
    }
  })
}

async function readDatasets(
  db: Foreign,
  columns: Columns,
  runIds: readonly string[],
): Promise<Map<Cell, DatasetInput[]>> {
  if (!columns.has('datasets') || !columns.has('inputs')) return new Map()
  const rows = await db.all(
    `select i.input_uuid, i.destination_id, d.name, d.digest, d.dataset_source_type, d.dataset_source,
       d.dataset_schema, d.dataset_profile
     from inputs i
     join datasets d on d.dataset_uuid = i.source_id
     where i.destination_type = 'RUN' and i.source_type = 'DATASET' and i.destination_id in (${runIds.map(() => '?')})
     order by i.input_uuid`,
    runIds,
  )
  if (rows.length === 0) return new Map()
  const inputs = rows.map((row) => row['input_uuid']!)
  const tags = await db.all(`select * from input_tags where input_uuid in (${inputs.map(() => '?')})`, inputs)
  const tagsOf = Map.groupBy(tags, (row) => row['input_uuid']!)
  const found = Map.groupBy(rows, (row) => row['destination_id']!)
  return new Map(
    [...found].map(([runId, of]) => [
      runId,
      of.map((row) => ({
        tags: (tagsOf.get(row['input_uuid']!) ?? []).map((tag) => ({
          key: String(tag['name']),
          value: String(tag['value']),
        })),
        dataset: {
          name: String(row['name']),
          digest: String(row['digest']),
          sourceType: String(row['dataset_source_type']),
          source: String(row['dataset_source']),
          ...(row['dataset_schema'] != null && { schema: String(row['dataset_schema']) }),
          ...(row['dataset_profile'] != null && { profile: String(row['dataset_profile']) }),
        },
      })),
    ]),
  )
}

async function readRunModels(
  db: Foreign,
  columns: Columns,
  runIds: readonly string[],
  kind: 'RUN_INPUT' | 'RUN_OUTPUT',
): Promise<Map<Cell, Row[]>> {
  if (!columns.has('logged_models')) return new Map()
  const rows = await db.all(
    `${selectFrom(db, columns, 'inputs')} where source_type = ? and source_id in (${runIds.map(() => '?')}) order by destination_id`,
    [kind, ...runIds],
  )
  return Map.groupBy(rows, (row) => row['source_id']!)
}

const byRun = (rows: readonly Row[]) => Map.groupBy(rows, (row) => row['run_uuid']!)

const toPairs = (rows: readonly Row[] = []): KeyValue[] =>
  rows
    .map((row) => ({ key: String(row['key']), value: String(row['value'] ?? '') }))
    .sort((a, b) => (a.key < b.key ? -1 : 1)) // so that a run unchanged reads the same
