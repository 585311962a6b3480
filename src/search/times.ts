const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 }
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|[smhdw]))+$/i
const PART = /(\d+(?:\.\d+)?)(ms|[smhdw])/gi

/** Milliseconds of a length of time such as `90s`, `1.5h` or `1h30m`. @returns Nothing for anything else. */
export function readDuration(text: string): number | undefined {
  if (!DURATION.test(text)) return undefined
  return [...text.matchAll(PART)].reduce((sum, [, n, unit]) => sum + Number(n) * UNITS[unit!.toLowerCase()]!, 0)
}

const DATE = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)\s?(Z|[-+]\d\d:?\d\d)?)?$/i

/**
 * Milliseconds since 1970 of a date such as `2026-01-31`, `2026-01-31 18:30` or `2026-01-31T18:30:00+02:00`.
 *
 * Without a zone it is UTC, so that a filter means the same to everybody.
 *
 * @returns Nothing for anything else, and for days that no month has.
 */
export function readDate(text: string): number | undefined {
  const found = DATE.exec(text)
  if (!found) return undefined
  const [, day, time = '00:00', zone = 'Z'] = found
  const offset = zone.length === 5 ? `${zone.slice(0, 3)}:${zone.slice(3)}` : zone.toUpperCase()
  const midnight = Date.parse(`${day}T00:00Z`)
  if (Number.isNaN(midnight) || new Date(midnight).toISOString().slice(0, 10) !== day) return undefined
  const at = Date.parse(`${day}T${time}${offset}`)
  return Number.isNaN(at) ? undefined : at
}
