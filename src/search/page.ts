import { sql } from 'kysely'
import { invalid } from '../wire/errors.ts'
import { type Expression, type Field, fieldOf, type Noun, operand, type Predicate } from './compile.ts'
import { parseOrder } from './parse.ts'

const MOST_ORDERS = 20
const TYPES = { text: 'string', number: 'number' } as const

/** One expression that rows are ordered by; it is never null. */
interface Term {
  readonly expression: Expression
  readonly type: Field['type']
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
  if (orderBy.length > MOST_ORDERS)
    throw invalid('order_by', `at most ${MOST_ORDERS} keys can be ordered by, got ${orderBy.length}`)
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
    after: pageToken ? behind(terms, readToken(pageToken, orderBy, terms)) : sql`1 = 1`,
    nextToken: (row) =>
      writeToken({ order: orderBy, after: terms.map((_, i) => (row as Record<string, Cell>)[`t${i}`]!) }),
  }
}

function addTerms(
  { order, type }: Field,
  name: string,
  alias: Expression,
  descending: boolean,
  joins: Expression[],
  terms: Term[],
): void {
  if (!order) throw invalid('order_by', `cannot order by '${name}'`)
  if (order.join) joins.push(order.join(alias))
  if (order.rank) terms.push({ expression: order.rank(alias), type: 'number', descending: false })
  terms.push({ expression: order.value(alias), type: order.type ?? type, descending })
}

/** Rows whose terms come behind `values`: greater in the first term that differs. */
function behind(terms: readonly Term[], values: readonly Cell[]): Predicate {
  const cases = terms.map(({ expression, descending }, i) => {
    const same = terms.slice(0, i).map((term, j) => sql`${term.expression} = ${operand(values[j]!)}`)
    return sql`(${sql.join([...same, sql`${expression} ${sql.raw(descending ? '<' : '>')} ${operand(values[i]!)}`], sql` and `)})`
  })
  return sql`(${sql.join(cases, sql` or `)})`
}

type Cell = string | number

interface PageToken {
  readonly order: readonly string[]
  readonly after: readonly Cell[]
}

const writeToken = (token: PageToken) => Buffer.from(JSON.stringify(token)).toString('base64')

function readToken(token: string, orderBy: readonly string[], terms: readonly Term[]): readonly Cell[] {
  try {
    const { order, after } = JSON.parse(Buffer.from(token, 'base64').toString()) as PageToken
    const fits = after.length === terms.length && terms.every(({ type }, i) => typeof after[i] === TYPES[type])
    if (fits && String(order) === String(orderBy)) return after
  } catch {
    // refused below, like a token of another shape
  }
  throw invalid('page_token', `'${token.slice(0, 200)}' is not a token that this server gave for this order`)
}
