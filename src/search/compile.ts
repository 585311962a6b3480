import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Dialect } from '../db/db.ts'
import { invalid } from '../wire/errors.ts'
import type { Clause, Condition, Key, Literal, Operator } from './parse.ts'

export type Expression = RawBuilder<unknown>
export type Predicate = RawBuilder<SqlBool>

/** A name that filters and orders may use: what it holds and where that is kept. */
export interface Field {
  readonly type: 'text' | 'number'
  /** The condition on a row that its value meets `holds`. */
  where(holds: (value: Expression) => Predicate): Predicate
  /** The condition that a row has a value at all. */
  readonly present: Predicate
  /** Values that no order relation holds for, such as NaN; they differ from everything. */
  readonly unordered?: Predicate
  /** How rows are put in its order. */
  readonly order?: FieldOrder
}

export interface FieldOrder {
  /** Joined to the query; absent when the row has the value itself. */
  readonly join?: (alias: Expression) => Expression
  /** 0 for rows with a value, more for those that come behind whatever the direction; absent when all have one. */
  readonly rank?: (alias: Expression) => Expression
  readonly value: (alias: Expression) => Expression
  /** What `value` is, where the field itself is something else. */
  readonly type?: Field['type']
}

/** A kind of thing that can be searched: the names that its filters know. */
export interface Noun {
  /** @returns Nothing for a name it does not know. */
  field(key: Key): Field | undefined
  /** What it knows, for the sentence that refuses another. */
  readonly known: string
}

const FOR_NUMBERS: readonly Operator[] = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'IN',
  'NOT IN',
  'BETWEEN',
  'IS NULL',
  'IS NOT NULL',
]
const FOR_TEXT: readonly Operator[] = ['=', '!=', 'LIKE', 'ILIKE', 'IN', 'NOT IN', 'IS NULL', 'IS NOT NULL']

/** Makes SQL of a filter. @throws ApiError for a name or an operator that the noun does not have. */
export function compileFilter(condition: Condition, noun: Noun, dialect: Dialect): Predicate {
  if (condition.kind === 'clause') return compileClause(condition, noun, dialect)
  if (condition.kind === 'not') return sql`not (${compileFilter(condition.part, noun, dialect)})`
  const parts = condition.parts.map((part) => compileFilter(part, noun, dialect))
  return sql`(${sql.join(parts, condition.kind === 'and' ? sql` and ` : sql` or `)})`
}

/** Finds the field of a key. @throws ApiError that says which names there are. */
export function fieldOf(parameter: string, key: Key, noun: Noun): Field {
  const field = noun.field(key)
  if (field) return field
  const name = key.entity === undefined ? key.name : `${key.entity}.${key.name}`
  throw invalid(parameter, `'${name}' at character ${key.position} is not known; expected ${noun.known}`)
}

function compileClause({ key, operator, values }: Clause, noun: Noun, dialect: Dialect): Predicate {
  const field = fieldOf('filter', key, noun)
  const allowed = field.type === 'number' ? FOR_NUMBERS : FOR_TEXT
  if (!allowed.includes(operator))
    throw invalid(
      'filter',
      `${operator} cannot be used for the ${field.type} '${key.name}' at character ${key.position}; expected one of ${allowed.join(', ')}`,
    )
  for (const value of values) checkType(field, key, value)
  if (operator === 'IS NOT NULL') return field.present
  if (operator === 'IS NULL') return sql`not ${field.present}`
  return field.where((column) => {
    const holds = compare(
      column,
      operator,
      values.map(({ value }) => value),
      dialect,
    )
    if (!field.unordered) return holds
    return operator === '!=' || operator === 'NOT IN'
      ? sql`(${field.unordered} or ${holds})`
      : sql`(not ${field.unordered} and ${holds})`
  })
}

function compare(
  column: Expression,
  operator: Operator,
  values: readonly (string | number)[],
  dialect: Dialect,
): Predicate {
  const [first, second] = values.map(operand)
  if (operator === 'BETWEEN') return sql`${column} between ${first} and ${second}`
  if (operator === 'IN') return sql`${column} in (${sql.join(values.map(operand))})`
  if (operator === 'NOT IN') return sql`${column} not in (${sql.join(values.map(operand))})`
  if (operator === 'LIKE') return sql`${column} like ${dialect.likePattern(String(values[0]))}`
  if (operator === 'ILIKE') return sql`lower(${column}) like lower(${dialect.likePattern(String(values[0]))})`
  return sql`${column} ${sql.raw(operator)} ${first}`
}

/** A value to compare a column with, which may be of whole numbers where the value is not. */
export const operand = (value: string | number): Expression =>
  typeof value === 'string' || Number.isSafeInteger(value) ? sql`${value}` : sql`cast(${value} as double precision)`

function checkType({ type }: Field, { name }: Key, value: Literal): void {
  if (value.type === type) return
  const wanted = type === 'number' ? 'a number' : 'a quoted text'
  throw invalid(
    'filter',
    `expected ${wanted} for '${name}', found ${value.source.slice(0, 80)} at character ${value.position}`,
  )
}
