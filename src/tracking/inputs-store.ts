import type { Sql, Transaction } from '../db/db.ts'
import type { Dataset, DatasetInput } from '../wire/runs.ts'
import type { LockedRun } from './runs-store.ts'

/** Models that a run used and made. */
export interface RunModels {
  readonly inputs: { modelId: string }[]
  readonly outputs: { modelId: string; step: number }[]
}

/** Notes that a run used datasets, each once: a dataset is what has its experiment, name and digest, and what was said of it first counts. */
export async function insertInputs(tx: Transaction, run: LockedRun, inputs: readonly DatasetInput[]): Promise<void> {
  for (const { dataset, tags } of inputs) {
    const datasetId = await insertDataset(tx, run.experiment, dataset)
    const input = await tx.kysely
      .insertInto('inputs')
      .values({ run: run.id, dataset: datasetId })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!input) continue
    for (const { key, value } of tags)
      await tx.kysely
        .insertInto('input_tags')
        .values({ input: input.id, name: key, value })
        .onConflict((conflict) => conflict.columns(['input', 'name']).doUpdateSet({ value }))
        .execute()
  }
}

export async function insertRunModels(
  tx: Transaction,
  run: LockedRun,
  direction: 'in' | 'out',
  models: readonly { modelId: string; step?: number }[],
): Promise<void> {
  await tx.insertMany(
    'run_models',
    { run: 'bigint', direction: 'text', model_id: 'text', step: 'bigint' },
    models.map(({ modelId, step = 0 }) => [run.id, direction, modelId, step]),
    'do nothing',
  )
}

export async function inputsOf(sql: Sql, runs: readonly number[]): Promise<Map<number, DatasetInput[]>> {
  const rows = await sql.kysely
    .selectFrom('inputs as i')
    .innerJoin('datasets as d', 'd.id', 'i.dataset')
    .select(['i.id', 'i.run', 'd.name', 'd.digest', 'd.source_type', 'd.source', 'd.schema', 'd.profile'])
    .where('i.run', 'in', runs)
    .orderBy('i.id')
    .execute()
  if (rows.length === 0) return new Map()
  const tags = await sql.kysely
    .selectFrom('input_tags')
    .selectAll()
    .where(
      'input',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()
  const tagsOf = Map.groupBy(tags, ({ input }) => input)
  const found = rows.map((row): [number, DatasetInput] => [
    row.run,
    {
      tags: (tagsOf.get(row.id) ?? []).map(({ name, value }) => ({ key: name, value })),
      dataset: {
        name: row.name,
        digest: row.digest,
        sourceType: row.source_type,
        source: row.source,
        ...(row.schema !== null && { schema: row.schema }),
        ...(row.profile !== null && { profile: row.profile }),
      },
    },
  ])
  return new Map(
    [...Map.groupBy(found, ([run]) => run)].map(([run, inputs]) => [run, inputs.map(([, input]) => input)]),
  )
}

export async function modelsOf(sql: Sql, runs: readonly number[]): Promise<Map<number, RunModels>> {
  const rows = await sql.kysely.selectFrom('run_models').selectAll().where('run', 'in', runs).execute()
  return new Map(
    [...Map.groupBy(rows, ({ run }) => run)].map(([run, models]) => [
      run,
      {
        inputs: models.filter(({ direction }) => direction === 'in').map((row) => ({ modelId: row.model_id })),
        outputs: models
          .filter(({ direction }) => direction === 'out')
          .map((row) => ({ modelId: row.model_id, step: row.step })),
      },
    ]),
  )
}

/** Datasets that runs of the experiments used, each with the context it was used in. */
export async function listDatasets(
  sql: Sql,
  experiments: readonly number[],
  most: number,
): Promise<{ experimentId: string; name: string; digest: string; context?: string }[]> {
  const rows = await sql.kysely
    .selectFrom('datasets as d')
    .innerJoin('inputs as i', 'i.dataset', 'd.id')
    .innerJoin('experiments as e', 'e.id', 'd.experiment')
    .leftJoin('input_tags as t', (join) => join.onRef('t.input', '=', 'i.id').on('t.name', '=', 'mlflow.data.context'))
    .select(['d.experiment', 'e.long_id as long', 'd.name', 'd.digest', 't.value as context'])
    .distinct()
    .where('d.experiment', 'in', experiments)
    .limit(most)
    .execute()
  return rows.map(({ experiment, long, context, ...row }) => ({
    experimentId: long ?? String(experiment),
    ...row,
    ...(context !== null && { context }),
  }))
}

async function insertDataset(tx: Transaction, experiment: number, dataset: Dataset): Promise<number> {
  const { id } = await tx.kysely
    .insertInto('datasets')
    .values({
      experiment,
      name: dataset.name,
      digest: dataset.digest,
      source_type: dataset.sourceType,
      source: dataset.source,
      schema: dataset.schema ?? null,
      profile: dataset.profile ?? null,
    })
    .onConflict((conflict) =>
      conflict.columns(['experiment', 'name', 'digest']).doUpdateSet({ digest: dataset.digest }),
    )
    .returning('id')
    .executeTakeFirstOrThrow()
  return id
}
