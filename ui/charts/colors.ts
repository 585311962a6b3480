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

/** The colour of a run, the same on every page and every day. */
export function runColor(runId: string): string {
  let hash = 0
  for (let i = 0; i < runId.length; i++) hash = (hash * 31 + runId.charCodeAt(i)) >>> 0
  return PALETTE[hash % PALETTE.length]!
}
