import { type ApiError, invalid } from '../wire/errors.ts'
import { lex, type Token } from './lex.ts'
import { readDuration } from './times.ts'

/** What a filter says, before it is known which names there are. */
export type Condition =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Condition[] }
  | { readonly kind: 'not'; readonly part: Condition }
  | Clause

export interface Clause {
  readonly kind: 'clause'
  readonly key: Key
  readonly operator: Operator
  /** One for a comparison, two for BETWEEN, any number for IN, none for IS. */
  readonly values: readonly Literal[]
}

export interface Key {
  /** What stands before the first dot, in lower case as it was written; absent for an attribute. */
  readonly entity?: string
  readonly name: string
  /** Whether the name stands in quotes, and so is nothing but a name. */
  readonly isQuoted?: boolean
  /** What follows a name in quotes: of all points of a series the least, say. */
  readonly aggregate?: Aggregate
  readonly position: number
}

export const AGGREGATES = ['min', 'max', 'last', 'count'] as const
export type Aggregate = (typeof AGGREGATES)[number]

export interface Literal {
  /** A time is in milliseconds since 1970, a duration in milliseconds; a date is a text until it is known what for. */
  readonly type: 'text' | 'number' | 'time' | 'duration'
  readonly value: string | number
  readonly position: number
  readonly source: string
}

export const OPERATORS = [
  '=',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
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
] as const
export type Operator = (typeof OPERATORS)[number]

const DEEPEST = 100
/** More of them are more than the databases' planners are made for. */
const MOST_CLAUSES = 100

/**
 * Reads a filter: MLflow's clauses joined by AND, and beside them OR, NOT,
 * parentheses, IN and BETWEEN, times and durations.
 *
 * @param now - What `now` stands for, in milliseconds since 1970.
 * @returns Nothing for the empty filter, which everything passes.
 * @throws ApiError that names what was expected, what was found, and where.
 */
export function parseFilter(text: string, now: number = Date.now()): Condition | undefined {
  if (text === '') return undefined
  const parser = new Parser('filter', lex('filter', text), now)
  const condition = parser.or(0)
  parser.end()
  return condition
}

export interface Order {
  readonly key: Key
  readonly descending: boolean
}

/** Reads one entry of `order_by`: a key, and ASC or DESC. */
export function parseOrder(text: string): Order {
  const parser = new Parser('order_by', lex('order_by', text), 0)
  const key = parser.key()
  const descending = parser.takeWord('DESC')
  if (!descending) parser.takeWord('ASC')
  parser.end()
  return { key, descending }
}

class Parser {
  private at = 0
  private clauses = 0
  private readonly field: string
  private readonly tokens: readonly Token[]
  private readonly now: number

  constructor(field: string, tokens: readonly Token[], now: number) {
    this.field = field
    this.tokens = tokens
    this.now = now
  }

  or(depth: number): Condition {
    return this.joined('or', () => this.and(depth))
  }

  end(): void {
    if (this.next.kind !== 'end') throw this.expected('AND, OR or the end')
  }

  key(): Key {
    const { position } = this.next
    const first = this.take('word') ?? this.take('quoted')
    if (!first) throw this.expected('a name such as metrics.loss')
    const dot = first.kind === 'word' ? first.text.indexOf('.') : -1
    if (dot < 0) return { name: first.text, position, ...(first.kind === 'quoted' && { isQuoted: true }) }
    const entity = first.text.slice(0, dot)
    const rest = first.text.slice(dot + 1)
    if (rest !== '') return { entity, name: rest, position }
    const quoted = this.take('quoted')
    if (!quoted || quoted.text === '') throw this.expected(`a name after '${first.text}'`)
    const aggregate = this.take('suffix')?.text.slice(1).toLowerCase() as Aggregate | undefined
    return { entity, name: quoted.text, isQuoted: true, position, ...(aggregate && { aggregate }) }
  }

  takeWord(word: string): boolean {
    if (this.next.kind !== 'word' || this.next.text.toUpperCase() !== word) return false
    this.at++
    return true
  }

  private and(depth: number): Condition {
    return this.joined('and', () => this.not(depth))
  }

  private joined(kind: 'and' | 'or', part: () => Condition): Condition {
    const parts = [part()]
    while (this.takeWord(kind.toUpperCase())) parts.push(part())
    return parts.length === 1 ? parts[0]! : { kind, parts }
  }

  private not(depth: number): Condition {
    if (depth > DEEPEST) throw invalid(this.field, `it is nested more than ${DEEPEST} deep`)
    if (this.takeWord('NOT')) return { kind: 'not', part: this.not(depth + 1) }
    if (!this.takeMark('(')) return this.clause()
    const inner = this.or(depth + 1)
    this.mark(')')
    return inner
  }

  private clause(): Clause {
    if (++this.clauses > MOST_CLAUSES) throw invalid(this.field, `it has more than ${MOST_CLAUSES} clauses`)
    const key = this.key()
    const operator = this.operator()
    return { kind: 'clause', key, operator, values: this.values(operator) }
  }

  private operator(): Operator {
    const sign = this.take('operator')
    if (sign) return (sign.text === '<>' ? '!=' : sign.text) as Operator
    if (this.takeWord('IS')) {
      const negated = this.takeWord('NOT')
      if (!this.takeWord('NULL')) throw this.expected('NULL')
      return negated ? 'IS NOT NULL' : 'IS NULL'
    }
    const negated = this.takeWord('NOT')
    for (const word of ['LIKE', 'ILIKE', 'IN', 'BETWEEN'] as const)
      if (this.takeWord(word)) return negated ? `NOT ${word}` : word
    throw this.expected(negated ? 'IN, LIKE, ILIKE or BETWEEN' : 'an operator such as = or LIKE')
  }

  private values(operator: Operator): Literal[] {
    if (operator === 'IS NULL' || operator === 'IS NOT NULL') return []
    if (operator === 'BETWEEN' || operator === 'NOT BETWEEN') {
      const low = this.literal(operator)
      if (!this.takeWord('AND')) throw this.expected('AND')
      return [low, this.literal(operator)]
    }
    if (operator !== 'IN' && operator !== 'NOT IN') return [this.literal(operator)]
    this.mark('(')
    const values = [this.literal(operator)]
    while (!this.takeMark(')')) {
      this.mark(',')
      if (this.takeMark(')')) break // Python writes a list of one as ('a',)
      values.push(this.literal(operator))
    }
    return values
  }

  private literal(after: string): Literal {
    const { position, source, text } = this.next
    const number = this.take('number')
    if (number) return { type: 'number', value: Number(number.text), position, source }
    if (this.next.kind === 'word') {
      const duration = readDuration(text)
      if (duration !== undefined) {
        this.at++
        return { type: 'duration', value: duration, position, source }
      }
      if (/^now(?:[-+]|$)/i.test(text)) return this.time()
    }
    if (this.next.kind !== 'quoted' || source.startsWith('`'))
      throw this.expected(`a quoted text or a number after ${after}`)
    this.at++
    return { type: 'text', value: text, position, source }
  }

  /** `now`, and how long before or after it: `now - 7d`. */
  private time(): Literal {
    const { position, source, text } = this.take('word')!
    const literal = { type: 'time', position, source } as const
    const joined = /^now([-+])(.+)$/i.exec(text)
    const sign = joined?.[1] ?? (this.takeMark('-') ? '-' : this.takeMark('+') ? '+' : undefined)
    if (sign === undefined) return { ...literal, value: this.now }
    const length = readDuration(joined?.[2] ?? this.next.text)
    if (length === undefined)
      throw joined ? this.unknownTime(literal) : this.expected(`a duration such as 7d after ${sign}`)
    if (!joined) this.at++
    return { ...literal, value: sign === '-' ? this.now - length : this.now + length }
  }

  private unknownTime({ source, position }: { source: string; position: number }): ApiError {
    return invalid(
      this.field,
      `expected a time such as now-7d, found '${source.slice(0, 80)}' at character ${position}`,
    )
  }

  private mark(mark: string): void {
    if (!this.takeMark(mark)) throw this.expected(`'${mark}'`)
  }

  private takeMark(mark: string): boolean {
    if (this.next.kind !== 'punctuation' || this.next.text !== mark) return false
    this.at++
    return true
  }

  private take(kind: Token['kind']): Token | undefined {
    if (this.next.kind !== kind) return undefined
    return this.tokens[this.at++]
  }

  private get next(): Token {
    return this.tokens[this.at]!
  }

  private expected(what: string): ApiError {
    const { kind, source, position } = this.next
    const found = kind === 'end' ? source : `'${source.slice(0, 80)}'`
    return invalid(this.field, `expected ${what}, found ${found} at character ${position}`)
  }
}
