import type { Transaction } from '../db/db.ts'
import type { Lifecycle } from '../db/tables.ts'
import { LONGEST_NUMBER, setExperimentTag } from '../tracking/experiments-store.ts'
import { invalid } from '../wire/errors.ts'
import type { Experiment } from '../wire/experiments.ts'

/** Where an experiment's rows belong. */
export interface PlacedExperiment {
  readonly id: number
  /** Its own id where no number holds that. */
  readonly longId: string | null
}

/** The experiment that every store has from the start, whatever it is called. */
const DEFAULT_ID = '0'

/**
 * Writes an experiment under its own id.
 *
 * @param known - Whether it was brought before, so that what is there is itself.
 * @returns Where it is, and its name here, which is another where two have the same.
 * @throws ApiError `INVALID_PARAMETER_VALUE` when another experiment has the id.
 */
export async function putExperiment(
  tx: Transaction,
  experiment: Experiment,
  artifactLocation: string,
  known: boolean,
): Promise<PlacedExperiment & { readonly name: string }> {
  const { experimentId } = experiment
  const there = await findPlaced(tx, experimentId)
  if (there && there.name !== experiment.name && !known && experimentId !== DEFAULT_ID)
    throw invalid(
      'source',
      `experiment '${experimentId}' is '${experiment.name}' there and '${there.name}' here: import into another store`,
    )
  const longId = experimentId.length > LONGEST_NUMBER ? experimentId : null
  const id = there?.id ?? (longId === null ? Number(experimentId) : await nextLong(tx))
  const name = await freeName(tx, id, experiment)
  const row = {
    name,
    artifact_location: artifactLocation,
    lifecycle_stage: experiment.lifecycleStage as Lifecycle,
    creation_time: experiment.creationTime,
    last_update_time: experiment.lastUpdateTime,
  }
  await tx.kysely
    .insertInto('experiments')
    .values({ id, long_id: longId, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute()
  for (const tag of experiment.tags) await setExperimentTag(tx, id, tag)
  await tx.all(tx.dialect.passChosenIds)
  return { id, longId, name }
}

/** @returns Nothing when there is no such experiment. */
export async function findPlaced(
  tx: Transaction,
  experimentId: string,
): Promise<(PlacedExperiment & { readonly name: string }) | undefined> {
  const isLong = experimentId.length > LONGEST_NUMBER
  const row = await tx.kysely
    .selectFrom('experiments')
    .select(['id', 'long_id as longId', 'name'])
    .where(isLong ? 'long_id' : 'id', '=', isLong ? experimentId : Number(experimentId))
    .executeTakeFirst()
  return row
}

/** Numbers below zero stand for long ids. */
async function nextLong(tx: Transaction): Promise<number> {
  const row = await tx.get<{ id: number }>('select id from experiments where id < 0 order by id limit 1')
  return (row?.id ?? 0) - 1
}

/** MLflow allows a name once in each workspace, and a folder by hand as often as one likes. */
async function freeName(tx: Transaction, id: number, { name, experimentId }: Experiment): Promise<string> {
  const row = await tx.get<{ id: number }>('select id from experiments where name = ?', [name])
  return row === undefined || row.id === id ? name : `${name} (${experimentId})`
}
