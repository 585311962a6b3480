import { sql } from 'kysely'
import type { KeyKind } from '../db/tables.ts'
import { type Expression, type Field, type Holds, isSome, type Noun } from './compile.ts'
import { type Aggregate, AGGREGATES, type Key, type Operator } from './parse.ts'

const ENTITIES: Record<string, KeyKind | 'attribute' | 'dataset'> = {
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
  run_id: {
    ...column('run_id', 'text'),
    lookup: (operator, _, holds) =>
      isExact(operator) ? sql`select r.id from runs r where ${holds(sql.raw('r.run_id'))}` : undefined,
  },
  run_name: column('name', 'text'),
  user_id: column('user_id', 'text'),
  status: column('status', 'text'),
  artifact_uri: column('artifact_uri', 'text'),
  start_time: column('start_time', 'time'),
  created: column('start_time', 'time'),
  Created: column('start_time', 'time'),
  end_time: nullable(sql.raw('r.end_time'), 'time'),
  duration: nullable(sql.raw('(r.end_time - r.start_time)'), 'duration'),
}
for (const spelling of ['run name', 'Run name', 'Run Name']) ATTRIBUTES[spelling] = ATTRIBUTES['run_name']!

/** A key in the experiments that are searched. */
export interface KnownKey {
  /** Its ids, one for each experiment that uses it, in parentheses. */
  readonly ids: Expression
  readonly count: number
}

/** What a filter by runs' keys needs to know of them. */
export type FindKey = (kind: KeyKind, name: string) => KnownKey

/** Runs, as `runs r` in the query. */
export const runNoun = (findKey: FindKey): Noun => ({
  known: `metrics.…, params.…, tags.…, datasets.name, datasets.digest, datasets.context or an attribute (run_id, run_name, user_id, status, artifact_uri, start_time, created, Created, end_time, duration)`,
  field(key: Key) {
    const { entity, name } = key
    const kind = entity === undefined ? 'attribute' : ENTITIES[entity]
    if (key.aggregate && kind !== 'metric') return undefined
    if (kind === 'attribute') return Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
    if (kind === 'metric') return metric(key, findKey)
    if (kind === 'param' || kind === 'tag') return pair(kind, findKey(kind, name))
    if (kind === 'dataset') return dataset(name)
    return undefined
  },
})

/** The names of keys that a field may be about. */
export function keysOf({ entity, name, isQuoted }: Key): [kind: KeyKind, name: string][] {
  const kind = ENTITIES[entity ?? 'attribute']
  if (kind !== 'metric') return kind === 'param' || kind === 'tag' ? [[kind, name]] : []
  const split = isQuoted ? undefined : splitAggregate(name)
  return split
    ? [
        ['metric', name],
        ['metric', split.name],
      ]
    : [['metric', name]]
}

function column(name: string, type: Field['type']): Field {
  const value = sql.raw(`r.${name}`)
  return { type, where: (holds) => holds(value), present: sql`1 = 1`, order: { value: () => value } }
}

function nullable(value: Expression, type: Field['type']): Field {
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

/** A name that ends as an aggregate does is a whole name, as MLflow reads it, where there is such a metric. */
function metric({ name, isQuoted, aggregate }: Key, findKey: FindKey): Field {
  if (aggregate) return aggregateOf(aggregate, findKey('metric', name))
  const whole = findKey('metric', name)
  const split = isQuoted || whole.count > 0 ? undefined : splitAggregate(name)
  return split ? aggregateOf(split.aggregate, findKey('metric', split.name)) : lastOf(whole)
}

function splitAggregate(name: string): { name: string; aggregate: Aggregate } | undefined {
  const aggregate = AGGREGATES.find((each) => name.endsWith(`.${each}`) && name.length > each.length + 1)
  return aggregate && { name: name.slice(0, -aggregate.length - 1), aggregate }
}

function aggregateOf(aggregate: Aggregate, key: KnownKey): Field {
  if (aggregate === 'last') return lastOf(key)
  const value = (alias: Expression) => sql`${alias}.${sql.raw(aggregate)}`
  const series = seriesOf(key)
  return {
    type: 'number',
    where: (holds) => isSome(sql`${series} and ${holds(value(sql.raw('m')))}`),
    present: isSome(sql`${series} and m.${sql.raw(aggregate)} is not null`),
    order: {
      join: joinSeries(key),
      rank: (alias) => sql`case when ${value(alias)} is null then 2 else 0 end`,
      value: (alias) => sql`coalesce(${value(alias)}, 0)`,
    },
  }
}

function lastOf(key: KnownKey): Field {
  const series = seriesOf(key)
  return {
    type: 'number',
    where: (holds) => isSome(sql`${series} and ${holds(sql.raw('m.last_value'))}`),
    present: isSome(series),
    lookup: (operator, _, holds) =>
      isBounded(operator)
        ? sql`select m.run as id from metric_series m where m.key in ${key.ids} and m.last_is_nan = 0 and ${holds(sql.raw('m.last_value'))}`
        : undefined,
    unordered: sql`m.last_is_nan = 1`,
    order: {
      join: joinSeries(key),
      rank: (alias) => sql`case when ${alias}.run is null then 2 else ${alias}.last_is_nan end`,
      value: (alias) => sql`coalesce(${alias}.last_value, 0)`,
      ...(key.count <= 1 && {
        walks: [
          { rank: 0, from: sql`metric_series o`, where: seriesWhere(key, 0), value: sql.raw('o.last_value') },
          { rank: 1, from: sql`metric_series o`, where: seriesWhere(key, 1) },
          { rank: 2, where: sql`not ${isSome(series)}` },
        ],
      }),
    },
  }
}

const seriesOf = ({ ids }: KnownKey) => sql`from metric_series m where m.run = r.id and m.key in ${ids}`

const seriesWhere = ({ ids }: KnownKey, isNan: 0 | 1) =>
  sql<boolean>`o.run = r.id and o.key in ${ids} and o.last_is_nan = ${sql.raw(String(isNan))}`

const joinSeries =
  ({ ids }: KnownKey) =>
  (alias: Expression) =>
    sql`left join metric_series ${alias} on ${alias}.run = r.id and ${alias}.key in ${ids}`

function pair(kind: 'param' | 'tag', { ids }: KnownKey): Field {
  const table = sql.raw(kind === 'param' ? 'params' : 'tags')
  const found = sql`from ${table} p where p.run = r.id and p.key in ${ids}`
  const start = (value: Expression) => sql`substr(${value}, 1, 64)` // what the index has of it
  return {
    type: 'text',
    where: (holds) => isSome(sql`${found} and ${holds(sql.raw('p.value'))}`),
    present: isSome(found),
    lookup: (operator, values, holds) =>
      isExact(operator)
        ? sql`select p.run as id from ${table} p
            where p.key in ${ids} and ${holds(sql.raw('p.value'))}
              and ${start(sql.raw('p.value'))} in (${sql.join(values.map((value) => start(sql`cast(${value} as text)`)))})`
        : undefined,
    order: {
      join: (alias) => sql`left join ${table} ${alias} on ${alias}.run = r.id and ${alias}.key in ${ids}`,
      rank: (alias) => sql`case when ${alias}.run is null then 1 else 0 end`,
      value: (alias) => sql`coalesce(${alias}.value, '')`,
    },
  }
}

function dataset(name: string): Field | undefined {
  const used = sql`from inputs i join datasets d on d.id = i.dataset where i.run = r.id`
  if (name === 'name' || name === 'digest') return ofSome(used, sql.raw(`d.${name}`))
  if (name !== 'context') return undefined
  return ofSome(
    sql`from inputs i join input_tags c on c.input = i.id where i.run = r.id and c.name = 'mlflow.data.context'`,
    sql.raw('c.value'),
  )
}

const ofSome = (found: Expression, value: Expression): Field => ({
  type: 'text',
  where: (holds: Holds) => isSome(sql`${found} and ${holds(value)}`),
  present: isSome(found),
})

const isExact = (operator: Operator) => operator === '=' || operator === 'IN'
const isBounded = (operator: Operator) => ['=', 'IN', '<', '<=', '>', '>=', 'BETWEEN'].includes(operator)
