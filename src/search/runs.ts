import { sql } from 'kysely'
import type { Field, Noun, Predicate } from './compile.ts'
import type { Key } from './parse.ts'

const ENTITIES: Record<string, 'metric' | 'param' | 'tag' | 'attribute' | 'dataset'> = {
  metric: 'metric',
  metrics: 'metric',
  param: 'param',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  tag: 'tag',
  tags: 'tag',
  attribute: 'attribute',
  attributes: 'attribute',
  attr: 'attribute',
  run: 'attribute',
  dataset: 'dataset',
  datasets: 'dataset',
}

const ATTRIBUTES: Record<string, Field> = {
  run_id: column('run_id', 'text'),
  run_name: column('name', 'text'),
  user_id: column('user_id', 'text'),
  status: column('status', 'text'),
  artifact_uri: column('artifact_uri', 'text'),
  start_time: column('start_time', 'number'),
  created: column('start_time', 'number'),
  Created: column('start_time', 'number'),
  end_time: column('end_time', 'number', 'nullable'),
}
for (const spelling of ['run name', 'Run name', 'Run Name']) ATTRIBUTES[spelling] = ATTRIBUTES['run_name']!

/** Runs, as `runs r` in the query. */
export const runNoun: Noun = {
  known: `metrics.…, params.…, tags.…, datasets.name, datasets.digest, datasets.context or an attribute (${Object.keys(ATTRIBUTES).slice(0, 9).join(', ')})`,
  field({ entity, name }: Key) {
    const kind = entity === undefined ? 'attribute' : ENTITIES[entity]
    if (kind === 'attribute') return Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
    if (kind === 'metric') return metric(name)
    if (kind === 'param' || kind === 'tag') return pair(kind, name)
    if (kind === 'dataset') return dataset(name)
    return undefined
  },
}

function column(name: string, type: Field['type'], nullable?: 'nullable'): Field {
  const value = sql.raw(`r.${name}`)
  if (!nullable) return { type, where: (holds) => holds(value), present: sql`1 = 1`, order: { value: () => value } }
  return {
    type,
    where: (holds) => holds(value),
    present: sql`(${value} is not null)`,
    order: {
      rank: () => sql`case when ${value} is null then 1 else 0 end`,
      value: () => sql`coalesce(${value}, 0)`,
    },
  }
}

function metric(name: string): Field {
  const keys = keysNamed('metric', name)
  const series = sql`from metric_series m where m.run = r.id and m.key in ${keys}`
  return {
    type: 'number',
    where: (holds) => sql`exists (select 1 ${series} and ${holds(sql.raw('m.last_value'))})`,
    present: sql`exists (select 1 ${series})`,
    unordered: sql`m.last_is_nan = 1`,
    order: {
      join: (alias) => sql`left join metric_series ${alias} on ${alias}.run = r.id and ${alias}.key in ${keys}`,
      rank: (alias) => sql`case when ${alias}.run is null then 2 else ${alias}.last_is_nan end`,
      value: (alias) => sql`coalesce(${alias}.last_value, 0)`,
    },
  }
}

function pair(kind: 'param' | 'tag', name: string): Field {
  const keys = keysNamed(kind, name)
  const table = sql.raw(kind === 'param' ? 'params' : 'tags')
  const found = sql`from ${table} p where p.run = r.id and p.key in ${keys}`
  return {
    type: 'text',
    where: (holds) => sql`exists (select 1 ${found} and ${holds(sql.raw('p.value'))})`,
    present: sql`exists (select 1 ${found})`,
    order: {
      join: (alias) => sql`left join ${table} ${alias} on ${alias}.run = r.id and ${alias}.key in ${keys}`,
      rank: (alias) => sql`case when ${alias}.run is null then 1 else 0 end`,
      value: (alias) => sql`coalesce(${alias}.value, '')`,
    },
  }
}

function dataset(name: string): Field | undefined {
  const used = sql`from inputs i join datasets d on d.id = i.dataset where i.run = r.id`
  if (name === 'name' || name === 'digest')
    return {
      type: 'text',
      where: (holds) => sql`exists (select 1 ${used} and ${holds(sql.raw(`d.${name}`))})`,
      present: sql`exists (select 1 ${used})`,
    }
  if (name !== 'context') return undefined
  const context = sql`from inputs i join input_tags c on c.input = i.id where i.run = r.id and c.name = 'mlflow.data.context'`
  return {
    type: 'text',
    where: (holds): Predicate => sql`exists (select 1 ${context} and ${holds(sql.raw('c.value'))})`,
    present: sql`exists (select 1 ${context})`,
  }
}

/** The ids of a key, one for each experiment that uses it. */
const keysNamed = (kind: string, name: string) => sql`(select id from keys where kind = ${kind} and name = ${name})`
