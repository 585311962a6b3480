import { type RawBuilder, sql, type SqlBool } from 'kysely'
import type { Dialect } from '../db/db.ts'
import { invalid } from '../wire/errors.ts'
import type { Clause, Condition, Key, Literal, Operator } from './parse.ts'
import { readDate } from './times.ts'

export type Expression = RawBuilder<unknown>
export type Predicate = RawBuilder<SqlBool>

/** Says of a value whether it meets what is asked. */
export type Holds = (value: Expression) => Predicate

/** A name that filters and orders may use: what it holds and where that is kept. */
export interface Field {
  /** Times are milliseconds since 1970, durations milliseconds. */
  readonly type: 'text' | 'number' | 'time' | 'duration'
  /** The condition on a row that its value meets `holds`. */
  where(holds: Holds): Predicate
  /** The condition that a row has a value at all. */
  readonly present: Predicate
  /**
   * The ids of the rows whose value meets a condition, as a `select` that an index answers.
   *
   * @returns Nothing where no index helps.
   */
  readonly lookup?: (operator: Operator, values: readonly (string | number)[], holds: Holds) => Expression | undefined
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
  /** How the rows are found in this order by an index, one part behind the other; absent when no index has it. */
  readonly walks?: readonly Walk[]
}

/** Some of the rows in an order that an index has: all have the same `rank`. */
export interface Walk {
  readonly rank: number
  /** Joined to the query, and first in it; absent when the rows have no value. */
  readonly from?: Expression
  readonly where: Predicate
  /** What `from` is ordered by; absent when all are equal. */
  readonly value?: Expression
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
  'NOT BETWEEN',
  'IS NULL',
  'IS NOT NULL',
]
const FOR_TEXT: readonly Operator[] = [
  '=',
  '!=',
  'LIKE',
  'NOT LIKE',
  'ILIKE',
  'NOT ILIKE',
  'IN',
  'NOT IN',
  'BETWEEN',
  'NOT BETWEEN',
  'IS NULL',
  'IS NOT NULL',
]

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

/** A clause with its field, and what its values are compared as. */
export interface Comparison {
  readonly field: Field
  readonly operator: Operator
  readonly values: readonly (string | number)[]
}

/** @throws ApiError for a name, an operator or a value that the noun does not have. */
export function toComparison({ key, operator, values }: Clause, noun: Noun): Comparison {
  const field = fieldOf('filter', key, noun)
  const allowed = field.type === 'text' ? FOR_TEXT : FOR_NUMBERS
  if (!allowed.includes(operator))
    throw invalid(
      'filter',
      `${operator} cannot be used for the ${field.type} '${key.name}' at character ${key.position}; expected one of ${allowed.join(', ')}`,
    )
  return { field, operator, values: values.map((value) => toValue(field, key, value)) }
}

function compileClause(clause: Clause, noun: Noun, dialect: Dialect): Predicate {
  const { field, operator, values } = toComparison(clause, noun)
  if (operator === 'IS NOT NULL') return field.present
  if (operator === 'IS NULL') return sql`not ${field.present}`
  return field.where((column) => {
    const holds = compare(column, operator, values, dialect)
    if (!field.unordered) return holds
    return operator === '!=' || operator.startsWith('NOT ')
      ? sql`(${field.unordered} or ${holds})`
      : sql`(not ${field.unordered} and ${holds})`
  })
}

export function compare(
  column: Expression,
  operator: Operator,
  values: readonly (string | number)[],
  dialect: Dialect,
): Predicate {
  const [first, second] = values.map(operand)
  const not = operator.startsWith('NOT ') ? sql`not ` : sql``
  switch (operator) {
    case 'BETWEEN':
    case 'NOT BETWEEN':
      return sql`${column} ${not}between ${first} and ${second}`
    case 'IN':
    case 'NOT IN':
      return sql`${column} ${not}in (${sql.join(values.map(operand))})`
    case 'LIKE':
    case 'NOT LIKE':
      return sql`${column} ${not}like ${dialect.likePattern(String(values[0]))}`
    case 'ILIKE':
    case 'NOT ILIKE':
      return sql`lower(${column}) ${not}like lower(${dialect.likePattern(String(values[0]))})`
    default:
      return sql`${column} ${sql.raw(operator)} ${first}`
  }
}

/** A value to compare a column with, which may be of whole numbers where the value is not. */
export const operand = (value: string | number): Expression =>
  typeof value === 'string' || Number.isSafeInteger(value) ? sql`${value}` : sql`cast(${value} as double precision)`

/**
 * The condition that a subquery finds something, for what follows `select 1`.
 *
 * As a value and not as `exists`: PostgreSQL makes a join of each `exists`, and looks for the best order of a hundred
 * joins for seconds.
 */
export const isSome = (found: Expression): Predicate => sql`((select 1 ${found} limit 1) is not null)`

const WANTED = {
  text: 'a quoted text',
  number: 'a number',
  time: `a time such as '2026-01-31', now - 7d or milliseconds since 1970`,
  duration: 'a duration such as 90s or 1h30m, or milliseconds',
}

/** What a literal stands for, compared with a field. @throws ApiError for one that cannot be. */
function toValue({ type }: Field, { name }: Key, literal: Literal): string | number {
  const { type: given, value, source, position } = literal
  if (given === type || (given === 'number' && type !== 'text')) return value
  const date = given === 'text' && type === 'time' ? readDate(String(value)) : undefined
  if (date !== undefined) return date
  throw invalid(
    'filter',
    `expected ${WANTED[type]} for '${name}', found ${source.slice(0, 80)} at character ${position}`,
  )
}
