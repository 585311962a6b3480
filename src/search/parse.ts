import { type ApiError, invalid } from '../wire/errors.ts'
import { lex, type Token } from './lex.ts'

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
  readonly position: number
}

export interface Literal {
  readonly type: 'text' | 'number'
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
  'ILIKE',
  'IN',
  'NOT IN',
  'BETWEEN',
  'IS NULL',
  'IS NOT NULL',
] as const
export type Operator = (typeof OPERATORS)[number]

const DEEPEST = 100
/** More of them are more than the databases' planners are made for. */
const MOST_CLAUSES = 100

/**
 * Reads a filter: MLflow's clauses joined by AND, and beside them OR, NOT,
 * parentheses, IN and BETWEEN.
 *
 * @returns Nothing for the empty filter, which everything passes.
 * @throws ApiError that names what was expected, what was found, and where.
 */
export function parseFilter(text: string): Condition | undefined {
  if (text === '') return undefined
  const parser = new Parser('filter', lex('filter', text))
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
  const parser = new Parser('order_by', lex('order_by', text))
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

  constructor(field: string, tokens: readonly Token[]) {
    this.field = field
    this.tokens = tokens
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
    if (dot < 0) return { name: first.text, position }
    const entity = first.text.slice(0, dot)
    const rest = first.text.slice(dot + 1)
    if (rest !== '') return { entity, name: rest, position }
    const quoted = this.take('quoted')
    if (!quoted || quoted.text === '') throw this.expected(`a name after '${first.text}'`)
    return { entity, name: quoted.text, position }
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
    if (this.takeWord('NOT')) {
      if (!this.takeWord('IN')) throw this.expected('IN')
      return 'NOT IN'
    }
    for (const word of ['LIKE', 'ILIKE', 'IN', 'BETWEEN'] as const) if (this.takeWord(word)) return word
    throw this.expected('an operator such as = or LIKE')
  }

  private values(operator: Operator): Literal[] {
    if (operator === 'IS NULL' || operator === 'IS NOT NULL') return []
    if (operator === 'BETWEEN') {
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
    if (this.next.kind !== 'quoted' || source.startsWith('`'))
      throw this.expected(`a quoted text or a number after ${after}`)
    this.at++
    return { type: 'text', value: text, position, source }
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
