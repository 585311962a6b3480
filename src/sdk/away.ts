import { ApiError } from '../wire/errors.ts'

const UNREACHABLE = new Set([408, 429, 502, 503, 504])

/** Whether the server cannot answer now, for a reason that may pass by itself. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof ApiError ? UNREACHABLE.has(error.status) : isTimeout(error)

/** Whether it is the server's state, not the request, that stands in the way; a person may have to mend it. */
export const isAway = (error: unknown): boolean =>
  isUnreachable(error) || (error instanceof ApiError && MENDABLE.has(error.code))

const MENDABLE = new Set([
  'ABORTED',
  'ENDPOINT_NOT_FOUND', // another server is at this address, such as the page of a proxy
  'UNAUTHENTICATED',
])

const isTimeout = (error: unknown) => error instanceof DOMException && error.name === 'TimeoutError'
