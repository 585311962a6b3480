import type { Dialect } from '../db/db.ts'
import { compare, type Expression, type Noun, toComparison } from './compile.ts'
import type { Clause, Condition } from './parse.ts'

/**
 * The ways to find what a condition allows by an index: each finds all such rows, and others.
 *
 * Those that are likely to find the fewest come first.
 */
export function lookupsOf(condition: Condition, noun: Noun, dialect: Dialect): Expression[] {
  return demanded(condition)
    .map((clause) => toComparison(clause, noun))
    .sort((a, b) => Number(isExact(b.operator)) - Number(isExact(a.operator)))
    .map(({ field, operator, values }) =>
      field.lookup?.(operator, values, (column) => compare(column, operator, values, dialect)),
    )
    .filter((lookup) => lookup !== undefined)
}

/** The clauses that every row must meet. */
function demanded(condition: Condition): readonly Clause[] {
  if (condition.kind === 'clause') return [condition]
  return condition.kind === 'and' ? condition.parts.flatMap(demanded) : []
}

const isExact = (operator: string) => operator === '=' || operator === 'IN'
