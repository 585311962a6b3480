import type { Totals } from '../transfer/source.ts'
import type { Tally } from '../transfer/tally.ts'

const TERMINAL_EVERY_MS = 100
const LINE_EVERY_MS = 5000
const BAR = 24

export interface Progress {
  show(tally: Tally): void
  /** Makes room for what is said next. */
  end(): void
}

/** Says on stderr how far something is: a bar that moves in a terminal, a line now and then elsewhere. */
export function createProgress(totals: Totals, { stderr } = process): Progress {
  const begun = performance.now()
  const every = stderr.isTTY ? TERMINAL_EVERY_MS : LINE_EVERY_MS
  let said = stderr.isTTY ? 0 : begun

  return {
    show(tally) {
      const now = performance.now()
      if (now - said < every) return
      said = now
      const line = describe(tally, totals, (now - begun) / 1000)
      stderr.write(stderr.isTTY ? `\r\u001b[K${line.slice(0, stderr.columns - 1)}` : `${line}\n`)
    },
    end() {
      if (stderr.isTTY) stderr.write('\r\u001b[K')
    },
  }
}

function describe({ runs, unchanged, points, bytes }: Tally, totals: Totals, seconds: number): string {
  const share = shareOf(runs + unchanged, points, totals, unchanged)
  return [
    share === undefined ? '' : `${bar(share)} ${Math.floor(share * 100)} %`,
    `${count(runs + unchanged)}${totals.runs === undefined ? '' : ` of ${count(totals.runs)}`} runs`,
    `${count(points)} points, ${count(Math.round(points / seconds))}/s`,
    bytes > 0 ? `${count(Math.round(bytes / 1e6))} MB of artifacts` : '',
  ]
    .filter(Boolean)
    .join('  ')
}

/** Points tell the time that is left better than runs, unless runs are passed over. */
function shareOf(runs: number, points: number, totals: Totals, unchanged: number): number | undefined {
  if (totals.points && unchanged === 0) return Math.min(1, points / totals.points)
  return totals.runs ? Math.min(1, runs / totals.runs) : undefined
}

const bar = (share: number) => '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '·')
const count = (n: number) => n.toLocaleString('en')
