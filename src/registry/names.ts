import { invalid } from '../wire/errors.ts'
import { checkKey } from '../tracking/limits.ts'

const LONGEST_NAME = 256
const LONGEST_ALIAS = 255
const LONGEST_TAG = 100_000
export const LONGEST_DESCRIPTION = 100_000

/** @throws ApiError for a name that `models:/name/version` could not hold. */
export function checkModelName(field: string, name: string): void {
  const found = /[/:]/.exec(name)
  if (found) throw invalid(field, `'${name}' must not contain '${found[0]}'`)
  checkLength(field, name, LONGEST_NAME)
}

/** @throws ApiError for an alias that could be taken for a version, or does not fit into a URI. */
export function checkAlias(field: string, alias: string): void {
  if (!/^[\p{L}\p{N}\p{M}_-]*$/u.test(alias))
    throw invalid(field, `'${alias}' may hold only letters, digits, '_' and '-'`)
  if (isLatest(alias)) throw invalid(field, `'${alias}' always means the version with the highest number`)
  if (/^v\d+$/i.test(alias)) throw invalid(field, `'${alias}' would be taken for the number of a version`)
  checkLength(field, alias, LONGEST_ALIAS)
}

/** The alias that every model has: its highest version. */
export const isLatest = (alias: string) => alias.toLowerCase() === 'latest'

export function checkTag(field: string, { key, value }: { key: string; value: string }): void {
  checkKey(field ? `${field}.key` : 'key', key)
  checkLength(field ? `${field}.value` : 'value', value, LONGEST_TAG)
}

export function checkLength(field: string, text: string | undefined, most: number): void {
  if (text && text.length > most) throw invalid(field, `it has ${text.length} characters, at most ${most} are allowed`)
}
