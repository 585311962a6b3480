import { Fragment, useMemo } from 'react'
import { diff, type Part } from '../../parts/diff.ts'

/** Fewer lines that are the same are not folded. */
const FOLDED = 8
const CONTEXT = 3

/** How one list of lines became another, with the words that changed. */
export function Difference({ before, after }: { before: readonly string[]; after: readonly string[] }) {
  const lines = useMemo(() => toLines(diff(before, after)), [before, after])
  if (lines.every(({ change }) => change === 'same')) return <p className="muted">They are the same.</p>
  return (
    <pre className="template difference" tabIndex={0} aria-label="What changed">
      {lines.map(({ change, words, hidden }, i) =>
        hidden ? (
          <span key={i} className="muted hidden-lines">
            {hidden} lines are the same
          </span>
        ) : change === 'same' ? (
          <span key={i}>{joined(words)}</span>
        ) : (
          <Changed key={i} change={change} words={words} />
        ),
      )}
    </pre>
  )
}

function Changed({ change, words }: Pick<Line, 'change' | 'words'>) {
  const Mark = change === 'removed' ? 'del' : 'ins'
  return (
    <Mark className="line">
      {words.map(({ change: isWord, value }, i) =>
        isWord === 'same' ? <Fragment key={i}>{value}</Fragment> : <mark key={i}>{value}</mark>,
      )}
    </Mark>
  )
}

interface Line extends Pick<Part<string>, 'change'> {
  readonly words: readonly Part<string>[]
  /** So many lines are folded into this one. */
  readonly hidden?: number
}

const joined = (words: readonly Part<string>[]) => words.map(({ value }) => value).join('')

/** Puts lines that changed beside what they became, word by word, and folds long stretches that did not. */
function toLines(parts: readonly Part<string>[]): Line[] {
  const lines: Line[] = []
  for (let i = 0; i < parts.length;) {
    const stretch = stretchOf(parts, i)
    const values = stretch.map(({ value }) => value)
    i += stretch.length
    if (stretch[0]!.change === 'same') {
      lines.push(...folded(values, lines.length === 0, i === parts.length))
      continue
    }
    const removed = stretch.filter(({ change }) => change === 'removed').map(({ value }) => value)
    const added = stretch.filter(({ change }) => change === 'added').map(({ value }) => value)
    const pairs = removed.map((line, n) => diff(wordsOf(line), wordsOf(added[n] ?? '')))
    lines.push(
      ...removed.map((_, n) =>
        line(
          'removed',
          pairs[n]!.filter(({ change }) => change !== 'added'),
        ),
      ),
      ...added.map((text, n) =>
        line('added', pairs[n]?.filter(({ change }) => change !== 'removed') ?? [{ change: 'added', value: text }]),
      ),
    )
  }
  return lines
}

const line = (change: Line['change'], words: readonly Part<string>[]): Line => ({ change, words })
const same = (value: string): Line => line('same', [{ change: 'same', value }])

/** The lines from one on that are all the same, or all changed. */
function stretchOf(parts: readonly Part<string>[], from: number): Part<string>[] {
  const isSame = parts[from]!.change === 'same'
  const end = parts.findIndex(({ change }, i) => i > from && (change === 'same') !== isSame)
  return parts.slice(from, end === -1 ? parts.length : end)
}

function folded(values: readonly string[], isFirst: boolean, isLast: boolean): Line[] {
  const head = isFirst ? 0 : CONTEXT
  const tail = isLast ? 0 : CONTEXT
  const hidden = values.length - head - tail
  if (hidden < FOLDED) return values.map(same)
  const fold = { ...same(''), hidden }
  return [...values.slice(0, head).map(same), fold, ...values.slice(values.length - tail).map(same)]
}

const wordsOf = (text: string) => text.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? []
