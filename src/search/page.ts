import { sql } from 'kysely'
import { invalid } from '../wire/errors.ts'
import { type Expression, type Field, fieldOf, type Noun, type Predicate } from './compile.ts'
import { parseOrder } from './parse.ts'

/** One expression that rows are ordered by; it is never null. */
interface Term {
  readonly expression: Expression
  readonly descending: boolean
}

/**
 * The order of a search, and so the way to cut it into pages.
 *
 * A page begins behind the last row of the one before (by value, not by
 * position), so page 1,000 costs what page 1 costs, and rows that come or go
 * meanwhile shift nothing.
 */
export interface Paging {
  readonly joins: Expression
  /** Selected beside the row's own columns; what `nextToken` reads. */
  readonly columns: Expression
  readonly orderBy: Expression
  /** The rows behind the token's; everything without one. */
  readonly after: Predicate
  nextToken(lastRow: object): string
}

/**
 * @param orderBy - What the caller asked for, such as `metrics.loss DESC`.
 * @param otherwise - The order when nothing was asked, and the ties of what was.
 * @param pageToken - What `nextToken` made, for the same order.
 * @throws ApiError for an order or a token that cannot be.
 */
export function pageBy(
  noun: Noun,
  orderBy: readonly string[],
  otherwise: readonly Term[],
  pageToken: string | undefined,
): Paging {
  const joins: Expression[] = []
  const terms: Term[] = []
  const seen = new Set<string>()
  for (const [i, text] of orderBy.entries()) {
    const { key, descending } = parseOrder(text)
    const name = `${key.entity ?? ''}.${key.name}`
    if (seen.has(name)) throw invalid('order_by', `'${key.name}' is there twice`)
    seen.add(name)
    addTerms(fieldOf('order_by', key, noun), key.name, sql.raw(`o${i}`), descending, joins, terms)
  }
  terms.push(...otherwise)

  return {
    joins: joins.length > 0 ? sql.join(joins, sql` `) : sql``,
    columns: sql.join(terms.map(({ expression }, i) => sql`${expression} as ${sql.raw(`t${i}`)}`)),
    orderBy: sql.join(terms.map(({ expression, descending }) => (descending ? sql`${expression} desc` : expression))),
    after: pageToken ? behind(terms, readToken(pageToken, terms.length)) : sql`1 = 1`,
    nextToken: (row) =>
      Buffer.from(JSON.stringify({ after: terms.map((_, i) => (row as Record<string, unknown>)[`t${i}`]) })).toString(
        'base64',
      ),
  }
}

function addTerms(
  { order }: Field,
  name: string,
  alias: Expression,
  descending: boolean,
  joins: Expression[],
  terms: Term[],
): void {
  if (!order) throw invalid('order_by', `cannot order by '${name}'`)
  if (order.join) joins.push(order.join(alias))
  if (order.rank) terms.push({ expression: order.rank(alias), descending: false })
  terms.push({ expression: order.value(alias), descending })
}

/** Rows whose terms come behind `values`: greater in the first term that differs. */
function behind(terms: readonly Term[], values: readonly (string | number)[]): Predicate {
  const cases = terms.map(({ expression, descending }, i) => {
    const same = terms.slice(0, i).map((term, j) => sql`${term.expression} = ${values[j]}`)
    return sql`(${sql.join([...same, sql`${expression} ${sql.raw(descending ? '<' : '>')} ${values[i]}`], sql` and `)})`
  })
  return sql`(${sql.join(cases, sql` or `)})`
}

function readToken(token: string, length: number): (string | number)[] {
  try {
    const { after } = JSON.parse(Buffer.from(token, 'base64').toString()) as { after: unknown }
    const isCell = (value: unknown) => typeof value === 'string' || typeof value === 'number'
    if (Array.isArray(after) && after.length === length && after.every(isCell)) return after as (string | number)[]
  } catch {
    // refused below, like a token of another shape
  }
  throw invalid('page_token', `'${token.slice(0, 200)}' is not a token that this server gave for this order`)
}
