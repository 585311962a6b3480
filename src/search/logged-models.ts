import { sql } from 'kysely'
import type { Expression, Field, Noun } from './compile.ts'

const text = (value: string): Field => attribute('text', sql.raw(value))
const number = (value: string): Field => attribute('number', sql.raw(value))

const ATTRIBUTES: Record<string, Field> = {
  name: text('m.name'),
  model_id: text('m.model_id'),
  model_type: text('m.model_type'),
  source_run_id: text('m.source_run_id'),
  status: text(`replace(m.status, 'LOGGED_MODEL_', '')`),
  experiment_id: text('coalesce(m.long_experiment_id, cast(m.experiment as text))'),
  artifact_location: text('m.artifact_uri'),
  lifecycle_stage: text('m.lifecycle_stage'),
  creation_timestamp: number('m.creation_time'),
  last_updated_timestamp: number('m.last_update_time'),
}
const SPELLINGS: Record<string, string> = {
  creation_time: 'creation_timestamp',
  creation_timestamp_ms: 'creation_timestamp',
  last_updated_timestamp_ms: 'last_updated_timestamp',
}

/** Of logged models no metrics are kept: filters by them find nothing, and orders by them change nothing. */
const METRIC: Field = {
  type: 'number',
  where: () => sql`1 = 0`,
  present: sql`1 = 0`,
  order: { value: () => sql`cast(0 as bigint)` },
}

/** Logged models, as `logged_models m` in the query. */
export const loggedModelNoun: Noun = {
  known: `metrics.…, params.…, tags.… or an attribute (${Object.keys(ATTRIBUTES).join(', ')})`,
  field({ entity, name }) {
    if (entity === undefined || entity === 'attribute' || entity === 'attributes') {
      const known = SPELLINGS[name] ?? name
      return Object.hasOwn(ATTRIBUTES, known) ? ATTRIBUTES[known] : undefined
    }
    if (entity === 'metric' || entity === 'metrics') return METRIC
    if (entity === 'param' || entity === 'params') return pair('logged_model_params', name)
    return entity === 'tag' || entity === 'tags' ? pair('logged_model_tags', name) : undefined
  },
}

function attribute(type: Field['type'], value: Expression): Field {
  return { type, where: (holds) => holds(value), present: sql`1 = 1`, order: { value: () => value } }
}

function pair(table: 'logged_model_params' | 'logged_model_tags', name: string): Field {
  const found = sql`from ${sql.table(table)} p where p.model = m.id and p.key = ${name}`
  return {
    type: 'text',
    where: (holds) => sql`exists (select 1 ${found} and ${holds(sql.raw('p.value'))})`,
    present: sql`exists (select 1 ${found})`,
  }
}
