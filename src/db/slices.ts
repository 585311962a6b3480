/** As many values as one statement may carry on every database, with room for others. */
const MOST_VALUES = 10_000

/** Asks for a long list in slices, one statement after the other, and joins the answers. */
export async function inSlices<T, R>(
  values: readonly T[],
  ask: (slice: readonly T[]) => Promise<readonly R[]>,
): Promise<R[]> {
  const found: R[] = []
  for (let start = 0; start < values.length; start += MOST_VALUES)
    for (const each of await ask(values.slice(start, start + MOST_VALUES))) found.push(each)
  return found
}
