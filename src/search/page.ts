import { sql } from 'kysely'
import { invalid } from '../wire/errors.ts'
import { type Expression, type Field, fieldOf, type Noun, operand, type Predicate, type Walk } from './compile.ts'
import { parseOrder } from './parse.ts'

const MOST_ORDERS = 20
const TYPES = { text: 'string', number: 'number', time: 'number', duration: 'number' } as const

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
export interface Paging extends Cut {
  /** The same order part by part, each of which an index has; absent when none does. */
  readonly walks?: readonly WalkedCut[]
  nextToken(lastRow: object): string
}

/** Where a page begins, and how it is ordered. */
export interface Cut {
  readonly joins: Expression
  /** Selected beside the row's own columns; what `nextToken` reads. */
  readonly columns: Expression
  readonly orderBy: Expression
  /** The rows behind the token's; everything without one. */
  readonly after: Predicate
}

export interface WalkedCut extends Omit<Cut, 'joins'> {
  readonly from?: Expression
  readonly where: Predicate
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
  let walks: readonly Walk[] | undefined
  for (const [i, text] of orderBy.entries()) {
    const { key, descending } = parseOrder(text)
    const name = `${key.entity ?? ''}.${key.name}.${key.aggregate ?? ''}`
    if (seen.has(name)) throw invalid('order_by', `'${key.name}' is there twice`)
    seen.add(name)
    const field = fieldOf('order_by', key, noun)
    addTerms(field, key.name, sql.raw(`o${i}`), descending, joins, terms)
    if (i === 0) walks = field.order?.walks
  }
  terms.push(...otherwise)
  const values = pageToken ? readToken(pageToken, orderBy, terms) : undefined

  return {
    joins: joins.length > 0 ? sql.join(joins, sql` `) : sql``,
    ...cut(terms, values),
    columns: named(terms.map(({ expression }) => expression)),
    ...(walks && joins.length === 1 && { walks: walkedCuts(walks, terms, values) }),
    nextToken: (row) =>
      writeToken({ order: orderBy, after: terms.map((_, i) => (row as Record<string, Cell>)[`t${i}`]!) }),
  }
}

/** The parts of an order by rank and value, from the part that the values are in. */
function walkedCuts(walks: readonly Walk[], terms: readonly Term[], values: readonly Cell[] | undefined): WalkedCut[] {
  const [, first, ...rest] = terms
  const reached = walks.filter((walk) => !values || walk.rank >= (values[0] as number))
  return reached.map(({ rank: at, from, where, value }) => {
    const own = value ? [{ ...first!, expression: value }, ...rest] : rest
    const begins = values?.[0] === at ? values.slice(value ? 1 : 2) : undefined
    const others = rest.map(({ expression }) => expression)
    return {
      ...(from && { from }),
      where,
      ...cut(own, begins),
      columns: named([sql.raw(String(at)), value ?? sql.raw('0'), ...others]),
    }
  })
}

const cut = (terms: readonly Term[], values: readonly Cell[] | undefined) => ({
  orderBy: sql.join(terms.map(({ expression, descending }) => (descending ? sql`${expression} desc` : expression))),
  after: values ? behind(terms, values) : sql<boolean>`1 = 1`,
})

/** Selects the terms under the names by which a token is made of them. */
const named = (expressions: readonly Expression[]) =>
  sql.join(expressions.map((expression, i) => sql`${expression} as ${sql.raw(`t${i}`)}`))

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

/** Rows whose terms come behind `values`: greater in the first term that differs. An index finds where they begin. */
function behind(terms: readonly Term[], values: readonly Cell[]): Predicate {
  const cases = terms.map(({ expression, descending }, i) => {
    const same = terms.slice(0, i).map((term, j) => sql`${term.expression} = ${operand(values[j]!)}`)
    return sql`(${sql.join([...same, sql`${expression} ${sql.raw(descending ? '<' : '>')} ${operand(values[i]!)}`], sql` and `)})`
  })
  const [first] = terms
  const begin = sql`${first!.expression} ${sql.raw(first!.descending ? '<=' : '>=')} ${operand(values[0]!)}`
  return sql`(${begin} and (${sql.join(cases, sql` or `)}))`
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
