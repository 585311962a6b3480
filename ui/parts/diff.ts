export type Change = 'same' | 'removed' | 'added'
export interface Part<T> {
  readonly change: Change
  readonly value: T
}

/** More pairs than this are not weighed against each other: all counts as changed. */
const MOST_PAIRS = 4_000_000

/** The shortest way from one list to another: what stays, what goes, what comes. */
export function diff<T>(before: readonly T[], after: readonly T[]): Part<T>[] {
  let start = 0
  while (start < before.length && start < after.length && before[start] === after[start]) start++
  let end = 0
  const most = Math.min(before.length, after.length) - start
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++
  return [
    ...before.slice(0, start).map(as('same')),
    ...middle(before.slice(start, before.length - end), after.slice(start, after.length - end)),
    ...before.slice(before.length - end).map(as('same')),
  ]
}

const as =
  (change: Change) =>
  <T>(value: T): Part<T> => ({ change, value })

function middle<T>(before: readonly T[], after: readonly T[]): Part<T>[] {
  const [n, m] = [before.length, after.length]
  if (n === 0 || m === 0 || n * m > MOST_PAIRS) return [...before.map(as('removed')), ...after.map(as('added'))]
  /** The most that is common to `before` from i and `after` from j, at `i * (m + 1) + j`. */
  const common = new Uint32Array((n + 1) * (m + 1))
  const at = (i: number, j: number) => i * (m + 1) + j
  for (let i = n - 1; i >= 0; i--)
    for (let j = m - 1; j >= 0; j--)
      common[at(i, j)] =
        before[i] === after[j] ? common[at(i + 1, j + 1)]! + 1 : Math.max(common[at(i + 1, j)]!, common[at(i, j + 1)]!)

  const parts: Part<T>[] = []
  let [i, j] = [0, 0]
  while (i < n || j < m)
    if (i < n && j < m && before[i] === after[j]) {
      parts.push({ change: 'same', value: before[i++]! })
      j++
    } else if (j >= m || (i < n && common[at(i + 1, j)]! >= common[at(i, j + 1)]!))
      parts.push({ change: 'removed', value: before[i++]! })
    else parts.push({ change: 'added', value: after[j++]! })
  return parts
}
