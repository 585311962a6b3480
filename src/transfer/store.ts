import { sql } from 'kysely'
import type { Db, Transaction } from '../db/db.ts'
import type { KeyKind, Lifecycle } from '../db/tables.ts'
import { insertInputs, insertRunModels } from '../tracking/inputs-store.ts'
import type { KeyCatalogue } from '../tracking/keys.ts'
import { insertModelMetrics } from '../tracking/model-metrics-store.ts'
import { setModelPairs } from '../tracking/logged-models-store.ts'
import { findRun, insertRun, type LockedRun } from '../tracking/runs-store.ts'
import { invalid } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { ModelMetric } from '../wire/metrics.ts'
import type { PlacedExperiment } from './store-experiments.ts'
import type { SourceModel, WholeRun } from './source.ts'

/** The store that is imported into. */
export interface Store {
  readonly db: Db
  readonly keys: KeyCatalogue
  readonly now: () => number
}

/** What an import remembers of what it has brought, so that it need not bring it again. */
export type Kind = 'experiment' | 'run' | 'model' | 'artifacts'

export async function readMarks(db: Db, source: string, kind: Kind): Promise<Map<string, string>> {
  const rows = await db.tuples<[string, string]>(`select name, mark from imported where source = ? and kind = ?`, [
    source,
    kind,
  ])
  return new Map(rows)
}

export async function setMark(tx: Transaction, source: string, kind: Kind, name: string, mark: string): Promise<void> {
  await tx.insertMany(
    'imported',
    { source: 'text', kind: 'text', name: 'text', mark: 'text' },
    [[source, kind, name, mark]],
    '(source, kind, name) do update set mark = excluded.mark',
  )
}

/** Writes a run with what belongs to it but its points: what is new is added, what is there takes the source's value. */
export async function putRun(
  tx: Transaction,
  { keys, now }: Store,
  { id: experiment, longId }: PlacedExperiment,
  { run: { info, data, inputs, outputs }, deletedTime }: WholeRun,
  artifactUri: string,
): Promise<LockedRun> {
  const row = {
    name: info.runName ?? '',
    user_id: info.userId ?? '',
    status: info.status,
    start_time: info.startTime ?? 0,
    end_time: info.endTime ?? null,
    deleted_time: deletedTime ?? null,
    artifact_uri: artifactUri,
    lifecycle_stage: info.lifecycleStage as Lifecycle,
  }
  const time = now()
  const found =
    (await tx.kysely
      .updateTable('runs')
      .set({ ...row, updated_at: sql`case when updated_at < ${time} then ${time} else updated_at + 1 end` })
      .where('run_id', '=', info.runId)
      .returning(['id', 'experiment'])
      .executeTakeFirst()) ??
    (await insertRun(tx, { run_id: info.runId, experiment, long_experiment_id: longId, updated_at: time, ...row }))
  if (found.experiment !== experiment)
    throw invalid('source', `run '${info.runId}' is in another experiment here: import into another store`)
  await putPairs(tx, keys, found, 'param', data.params)
  await putPairs(tx, keys, found, 'tag', data.tags)
  await insertInputs(tx, found, inputs?.datasetInputs ?? [])
  await insertRunModels(tx, found, 'in', inputs?.modelInputs ?? [])
  await insertRunModels(tx, found, 'out', outputs?.modelOutputs ?? [])
  return found
}

export async function putModel(
  tx: Transaction,
  { id: experiment, longId }: PlacedExperiment,
  { model: { info, data }, lifecycleStage }: SourceModel,
  artifactUri: string,
): Promise<void> {
  const row = {
    name: info.name,
    model_type: info.modelType ?? '',
    source_run_id: info.sourceRunId ?? '',
    artifact_uri: artifactUri,
    status: info.status,
    lifecycle_stage: lifecycleStage,
    creation_time: info.creationTimestampMs,
    last_update_time: info.lastUpdatedTimestampMs,
  }
  const found = await tx.kysely
    .insertInto('logged_models')
    .values({ model_id: info.modelId, experiment, long_experiment_id: longId, ...row })
    .onConflict((conflict) => conflict.column('model_id').doUpdateSet(row))
    .returning(['id', 'experiment'])
    .executeTakeFirstOrThrow()
  if (found.experiment !== experiment)
    throw invalid('source', `model '${info.modelId}' is in another experiment here: import into another store`)
  await putModelMetrics(tx, data.metrics)
  await setModelPairs(tx, 'logged_model_params', found.id, data.params)
  await setModelPairs(tx, 'logged_model_tags', found.id, info.tags)
}

/** Those of runs that are not there, which MLflow does not have either, are left out. */
async function putModelMetrics(tx: Transaction, metrics: readonly ModelMetric[]): Promise<void> {
  for (const [runId, of] of Map.groupBy(metrics, (metric) => metric.runId)) {
    const run = await findRun(tx, runId)
    if (run) await insertModelMetrics(tx, run.id, of)
  }
}

async function putPairs(
  tx: Transaction,
  keys: KeyCatalogue,
  { id, experiment }: LockedRun,
  kind: Exclude<KeyKind, 'metric'>,
  pairs: readonly KeyValue[],
): Promise<void> {
  if (pairs.length === 0) return
  const last = [...new Map(pairs.map((pair) => [pair.key, pair])).values()]
  const ids = await keys.idsOf(
    tx,
    experiment,
    kind,
    last.map(({ key }) => key),
  )
  await tx.insertMany(
    `${kind}s`,
    { run: 'bigint', key: 'bigint', value: 'text' },
    last.map(({ key, value }) => [id, ids.get(key)!, value]),
    '(run, key) do update set value = excluded.value',
  )
}
