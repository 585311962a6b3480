import { invalid } from '../wire/errors.ts'

export type TokenKind = 'word' | 'quoted' | 'suffix' | 'number' | 'operator' | 'punctuation' | 'end'

export interface Token {
  readonly kind: TokenKind
  /** What it stands for: without its quotes. */
  readonly text: string
  /** How it was written. */
  readonly source: string
  /** The first character, counted from 1. */
  readonly position: number
}

const LONGEST = 100_000

const PATTERN =
  /(?<space>\s+)|(?<quoted>'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|`[^`]*(?:``[^`]*)*`)|(?<suffix>\.(?:min|max|last|count)(?![\p{L}\p{N}_.\-/:]))|(?<number>[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\p{L}\p{N}_.]))|(?<word>[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.\-/:]*)|(?<operator><=|>=|!=|<>|=|<|>)|(?<punctuation>[-+(),])/iuy

/**
 * Splits an expression into tokens, the last of which is `end`.
 *
 * @param field - What the caller named it: `filter` or `order_by`.
 * @throws ApiError that says where a character has no place.
 */
export function lex(field: string, text: string): Token[] {
  if (text.length > LONGEST) throw invalid(field, `it has ${text.length} characters, at most ${LONGEST} are allowed`)
  const tokens: Token[] = []
  for (let at = 0; at < text.length;) {
    PATTERN.lastIndex = at
    const found = PATTERN.exec(text)
    if (!found) throw unexpected(field, text, at)
    const [source] = found
    const [kind] = Object.entries(found.groups!).find(([, value]) => value !== undefined)!
    if (kind !== 'space')
      tokens.push({
        kind: kind as TokenKind,
        text: kind === 'quoted' ? unquoted(source) : source,
        source,
        position: at + 1,
      })
    at += source.length
  }
  tokens.push({ kind: 'end', text: '', source: 'the end', position: text.length + 1 })
  return tokens
}

/** A quote that is written twice stands for itself. */
function unquoted(source: string): string {
  const quote = source.charAt(0)
  return source.slice(1, -1).replaceAll(quote + quote, quote)
}

function unexpected(field: string, text: string, at: number) {
  const character = String.fromCodePoint(text.codePointAt(at)!)
  const problem = /['"`]/.test(character) ? `the quote ${character} is not closed` : `'${character}' has no place here`
  return invalid(field, `${problem}, at character ${at + 1}`)
}
