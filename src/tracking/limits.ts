import { invalid } from '../wire/errors.ts'

const KEY_LENGTH = 250
const BATCH = { metrics: 1000, params: 100, tags: 100, all: 1000 }

export const PARAM_LENGTH = 6000
export const TAG_LENGTH = 8000
export const EXPERIMENT_TAG_LENGTH = 20_000
const EXPERIMENT_NAME_LENGTH = 500

/**
 * Refuses names that a metric, param or tag cannot have: they double as paths in MLflow's file layout.
 *
 * @param field - How the caller named it: `metrics[3].key`.
 */
export function checkKey(field: string, key: string): void {
  checkKeyLength(field, key)
  if (!/^[/\p{L}\p{N}\p{M}_.\- :]*$/u.test(key))
    throw invalid(field, `'${key}' may hold only letters, digits, '_', '-', '.', ' ', ':' and '/'`)
  const segments = key.split('/')
  if (key.startsWith('/') || key === '.' || key.startsWith('..') || segments.some(isNotNormal))
    throw invalid(field, `'${key}' must be a plain relative path, without '.', '..' and empty parts`)
}

export const checkKeyLength = (field: string, key: string) => checkLength(field, key, KEY_LENGTH)

const isNotNormal = (segment: string) => segment === '' || segment === '.' || segment === '..'

/** Refuses a batch that is larger than the protocol allows. */
export function checkBatch(counts: { metrics: number; params: number; tags: number }): void {
  for (const kind of ['metrics', 'params', 'tags'] as const)
    if (counts[kind] > BATCH[kind])
      throw invalid(kind, `a batch may hold at most ${BATCH[kind]} ${kind}, got ${counts[kind]}`)
  const all = counts.metrics + counts.params + counts.tags
  if (all > BATCH.all)
    throw invalid('metrics', `a batch may hold at most ${BATCH.all} metrics, params and tags together, got ${all}`)
}

/** The nearest number that the databases keep: infinities become the greatest finite ones, as in MLflow's stores. */
export const finite = (value: number) => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, value))

/** Cuts a value that is too long, as MLflow's servers do by default. */
export const truncate = (value: string, length: number) => (value.length > length ? value.slice(0, length) : value)

export const checkExperimentName = (field: string, name: string) => checkLength(field, name, EXPERIMENT_NAME_LENGTH)

export const checkExperimentTag = (field: string, value: string) => checkLength(field, value, EXPERIMENT_TAG_LENGTH)

/** Checks the texts of an object, for each of which `most` says how long it may be. */
export function checkLengths<Name extends string>(
  field: string,
  texts: { readonly [K in NoInfer<Name>]?: string },
  most: Readonly<Record<Name, number>>,
): void {
  for (const name of Object.keys(most) as Name[]) checkLength(`${field}.${name}`, texts[name] ?? '', most[name])
}

function checkLength(field: string, text: string, most: number): void {
  if (text.length > most) throw invalid(field, `it has ${text.length} characters, at most ${most} are allowed`)
}

/** Refuses a list that would make a statement larger than the databases take. */
export function checkCount(field: string, values: readonly unknown[], most: number): void {
  if (values.length > most) throw invalid(field, `it has ${values.length} entries, at most ${most} are allowed`)
}

/** @throws ApiError unless `value` is between 1 and `most`. */
export function checkMaxResults(value: number, most: number): void {
  if (value < 1 || value > most) throw invalid('max_results', `expected 1 to ${most}, got ${value}`)
}
