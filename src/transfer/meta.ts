import { parse } from 'yaml'

/** A `meta.yaml` with its values as text, as they stand there: a YAML reader may take a run id for a number. */
export type Meta = Readonly<Record<string, unknown>>

export const parseMeta = (text: string): Meta =>
  (parse(text, { schema: 'failsafe', customTags: ['null'] }) ?? {}) as Meta

export const textOf = (meta: Meta, ...names: readonly string[]): string => {
  const found = names.map((name) => meta[name]).find((value) => typeof value === 'string' && value !== '')
  return (found as string | undefined) ?? ''
}

/** @returns Nothing for what is not there, is null or is no number. */
export const numberOf = (meta: Meta, name: string): number | undefined => {
  const value = meta[name]
  return typeof value === 'string' && value !== '' && Number.isFinite(Number(value)) ? Number(value) : undefined
}

/** Text or null, as it stands. */
export const maybeTextOf = (meta: Meta, name: string): string | undefined => {
  const value = meta[name]
  return typeof value === 'string' ? value : undefined
}
