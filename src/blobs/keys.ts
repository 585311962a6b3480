import { invalid } from '../wire/errors.ts'

/**
 * The key of a path below the root of an object store.
 *
 * @throws ApiError for a path that climbs: `checkPath` lets none through, but in a URL it would lead to other buckets.
 */
export function toKey(root: string, path: string): string {
  const key = [root, path].filter(Boolean).join('/')
  if (key.split('/').some((part) => part === '.' || part === '..'))
    throw invalid('path', `Invalid path '${path}': it leads out of the artifact root`)
  return key
}

/** What the keys of all in a folder begin with. */
export const toPrefix = (key: string): string => (key === '' ? '' : `${key}/`)
