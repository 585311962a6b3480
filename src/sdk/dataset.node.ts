import { createHash } from 'node:crypto'
import type { Dataset } from '../wire/runs.ts'

/** What `dataset` can fill in may be left out. */
export interface DatasetDescription extends Omit<Dataset, 'digest' | 'sourceType'> {
  readonly digest?: string
  readonly sourceType?: string
}

/**
 * Describes a dataset for `logInput`; its digest is computed from the rest unless it is given.
 *
 * @example
 * await logInput(dataset({ name: 'iris', source: 'data/iris.csv' }), { context: 'train' })
 */
export function dataset(described: DatasetDescription): Dataset {
  const digest = createHash('md5').update(JSON.stringify(described)).digest('hex').slice(0, 8)
  return { sourceType: 'local', ...described, digest: described.digest ?? digest }
}
