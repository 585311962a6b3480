/** Told apart by most colour-blind eyes, on light and dark ground (after Okabe and Ito, and Tol). */
const PALETTE = [
  '#0f7fc0',
  '#e08a00',
  '#009e73',
  '#c4689b',
  '#3fa7dd',
  '#d55e00',
  '#8264b4',
  '#8a8d00',
  '#2f8f45',
  '#a8436b',
  '#2fa39a',
  '#b5651d',
]

const given = new Map<string, number>()
const uses = PALETTE.map(() => 0)

/**
 * The colour of a run: its own, the same on every page and every day, unless
 * runs that were met before it have taken that; then the next that fewer have.
 */
export function runColor(runId: string): string {
  let at = given.get(runId)
  if (at === undefined) {
    const own = hashOf(runId) % PALETTE.length
    const least = Math.min(...uses)
    at = PALETTE.map((_, i) => (own + i) % PALETTE.length).find((each) => uses[each] === least)!
    uses[at]!++
    given.set(runId, at)
  }
  return PALETTE[at]!
}

function hashOf(text: string): number {
  let hash = 0
  for (let i = 0; i < text.length; i++) hash = (hash * 31 + text.charCodeAt(i)) >>> 0
  return hash
}
