/** Four significant digits, as short as they can be; NaN and infinities by name. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (Math.abs(value) >= Number.MAX_VALUE) return value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) && Math.abs(value) < 1e6) return String(value)
  const magnitude = Math.abs(value)
  if (magnitude !== 0 && (magnitude < 1e-4 || magnitude >= 1e6)) return value.toExponential(3)
  return String(Number(value.toPrecision(4)))
}

/** Four significant digits, the last zeros too, so that the numbers of a column stand under each other. */
export function cellNumber(value: number): string {
  const magnitude = Math.abs(value)
  return Number.isInteger(value) || magnitude < 1e-4 || magnitude >= 1e4 ? shortNumber(value) : value.toPrecision(4)
}

const UNITS: [limit: number, seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3600, 60, 'minute'],
  [86_400, 3600, 'hour'],
  [2_592_000, 86_400, 'day'],
  [31_536_000, 2_592_000, 'month'],
  [Infinity, 31_536_000, 'year'],
]
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' })

/** How long ago, such as `3 min. ago`. */
export function ago(time: number, now = Date.now()): string {
  const seconds = (time - now) / 1000
  const [, size, unit] = UNITS.find(([limit]) => Math.abs(seconds) < limit)!
  return relative.format(Math.round(seconds / size), unit)
}

/** A length of time in at most two units, such as `2m 5s`. */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 1) return `${Math.max(0, Math.round(milliseconds))}ms`
  if (seconds < 60) return `${seconds.toFixed(1)}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${Math.floor(seconds % 60)}s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${Math.floor((seconds % 3600) / 60)}m`
  return `${Math.floor(seconds / 86_400)}d ${Math.floor((seconds % 86_400) / 3600)}h`
}

export function bytes(size: number): string {
  if (size < 1000) return `${size} B`
  const power = Math.min(4, Math.floor(Math.log10(size) / 3))
  return `${Number((size / 1000 ** power).toPrecision(3))} ${['B', 'kB', 'MB', 'GB', 'TB'][power]}`
}

/** Cuts a long name in the middle, where it matters least. */
export const middle = (text: string, most = 60) =>
  text.length <= most ? text : `${text.slice(0, Math.ceil(most / 2) - 1)}…${text.slice(1 - Math.floor(most / 2))}`
