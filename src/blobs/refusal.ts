import { ApiError, invalid, notFound } from '../wire/errors.ts'

/** What an object store answered that was not asked for, or that it did not answer. */
export interface Refusal {
  /** HTTP's; absent when there was no answer. */
  readonly status: number | undefined
  /** The store's word for it, or the system's. */
  readonly reason: string
  readonly cause: unknown
}

/**
 * Says what a refusal means to who asked for a path.
 *
 * @param store - Such as `the bucket 'x'`.
 */
export function toApiError(store: string, path: string, { status, reason, cause }: Refusal): ApiError {
  if (status === undefined)
    return new ApiError('TEMPORARILY_UNAVAILABLE', `${capitalized(store)} cannot be reached: ${reason}`, { cause })
  if (status === 404) return notFound('Artifact', path)
  if (status === 412) return new ApiError('ABORTED', `'${path}' was replaced while it was read; ask again`, { cause })
  if (status === 414 || reason.includes('KeyTooLong'))
    return Object.assign(invalid('path', `Invalid path '${path.slice(0, 200)}': it is too long`), { cause })
  if (status === 401 || status === 403)
    return new ApiError('PERMISSION_DENIED', `${capitalized(store)} refuses this server: ${status} ${reason}`, {
      cause,
    })
  const isPassing = status >= 500 || status === 429
  return new ApiError(
    isPassing ? 'TEMPORARILY_UNAVAILABLE' : 'INVALID_STATE',
    `${capitalized(store)} answers: ${status} ${reason}`,
    { cause },
  )
}

const capitalized = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
