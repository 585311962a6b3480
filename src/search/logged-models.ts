import { sql } from 'kysely'
import { type Expression, type Field, isSome, type Noun, type Predicate } from './compile.ts'

const text = (value: string): Field => attribute('text', sql.raw(value))
const time = (value: string): Field => attribute('time', sql.raw(value))

const ATTRIBUTES: Record<string, Field> = {
  name: text('m.name'),
  model_id: text('m.model_id'),
  model_type: text('m.model_type'),
  source_run_id: text('m.source_run_id'),
  status: text(`replace(m.status, 'LOGGED_MODEL_', '')`),
  experiment_id: text('coalesce(m.long_experiment_id, cast(m.experiment as text))'),
  artifact_location: text('m.artifact_uri'),
  lifecycle_stage: text('m.lifecycle_stage'),
  creation_timestamp: time('m.creation_time'),
  last_updated_timestamp: time('m.last_update_time'),
}
const SPELLINGS: Record<string, string> = {
  creation_time: 'creation_timestamp',
  creation_timestamp_ms: 'creation_timestamp',
  last_updated_timestamp_ms: 'last_updated_timestamp',
}

/** A dataset that metrics were measured on; without a digest any of its name. */
export interface MeasuredOn {
  readonly datasetName: string
  readonly datasetDigest?: string | undefined
}

/**
 * Logged models, as `logged_models m` in the query.
 *
 * @param datasetsOf - The datasets that a metric counts on; all when there are none.
 */
export const loggedModelNoun = (datasetsOf: (metric: string) => readonly MeasuredOn[]): Noun => ({
  known: `metrics.…, params.…, tags.… or an attribute (${Object.keys(ATTRIBUTES).join(', ')})`,
  field({ entity, name }) {
    if (entity === undefined || entity === 'attribute' || entity === 'attributes') {
      const known = SPELLINGS[name] ?? name
      return Object.hasOwn(ATTRIBUTES, known) ? ATTRIBUTES[known] : undefined
    }
    if (entity === 'metric' || entity === 'metrics') return metric(name, datasetsOf(name))
    if (entity === 'param' || entity === 'params') return pair('logged_model_params', name)
    return entity === 'tag' || entity === 'tags' ? pair('logged_model_tags', name) : undefined
  },
})

/** Models that something was measured of on one of the datasets. */
export const isMeasuredOn = (datasets: readonly MeasuredOn[]): Predicate =>
  sql`exists (select 1 from logged_model_metrics p where p.model = m.id and ${isOf(datasets)})`

function isOf(datasets: readonly MeasuredOn[]): Predicate {
  if (datasets.length === 0) return sql`1 = 1`
  const each = datasets.map(({ datasetName, datasetDigest }) =>
    datasetDigest
      ? sql`(p.dataset_name = ${datasetName} and p.dataset_digest = ${datasetDigest})`
      : sql`p.dataset_name = ${datasetName}`,
  )
  return sql`(${sql.join(each, sql` or `)})`
}

/** A filter holds when it holds for any point; the order is that of the last. */
function metric(name: string, datasets: readonly MeasuredOn[]): Field {
  const points = sql`from logged_model_metrics p where p.model = m.id and p.key = ${name} and ${isOf(datasets)}`
  const last = (column: string) =>
    sql`(select ${sql.raw(`p.${column}`)} ${points} order by p.timestamp desc, p.step desc, p.value desc limit 1)`
  return {
    type: 'number',
    where: (holds) => isSome(sql`${points} and ${holds(sql.raw('p.value'))}`),
    present: isSome(points),
    unordered: sql`p.is_nan = 1`,
    order: {
      rank: () => sql`coalesce(${last('is_nan')}, 2)`,
      value: () => sql`coalesce(${last('value')}, 0)`,
    },
  }
}

function attribute(type: Field['type'], value: Expression): Field {
  return { type, where: (holds) => holds(value), present: sql`1 = 1`, order: { value: () => value } }
}

function pair(table: 'logged_model_params' | 'logged_model_tags', name: string): Field {
  const found = sql`from ${sql.table(table)} p where p.model = m.id and p.key = ${name}`
  return {
    type: 'text',
    where: (holds) => isSome(sql`${found} and ${holds(sql.raw('p.value'))}`),
    present: isSome(found),
  }
}
