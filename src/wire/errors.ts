/** Every error code the wire may carry, with the HTTP status it travels under. */
export const STATUS_OF = {
  BAD_REQUEST: 400,
  INVALID_PARAMETER_VALUE: 400,
  RESOURCE_ALREADY_EXISTS: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  ENDPOINT_NOT_FOUND: 404,
  NOT_FOUND: 404,
  RESOURCE_DOES_NOT_EXIST: 404,
  ABORTED: 409,
  RESOURCE_EXHAUSTED: 429,
  CANCELLED: 499,
  INTERNAL_ERROR: 500,
  INVALID_STATE: 500,
  NOT_IMPLEMENTED: 501,
  TEMPORARILY_UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
} as const

export type ErrorCode = keyof typeof STATUS_OF

/** What MLflow's servers add to a code; codes that are not here travel without it. */
const SQL_STATE: Partial<Record<ErrorCode, [sqlstate: string, errorClass: string]>> = {
  BAD_REQUEST: ['KAM00', 'INVALID_PARAMETER_VALUE'],
  INVALID_PARAMETER_VALUE: ['KAM00', 'INVALID_PARAMETER_VALUE'],
  RESOURCE_ALREADY_EXISTS: ['KAM00', 'RESOURCE_ALREADY_EXISTS'],
  RESOURCE_DOES_NOT_EXIST: ['KAM00', 'RESOURCE_NOT_FOUND'],
  INTERNAL_ERROR: ['XXM00', 'CLIENT_INTERNAL_ERROR'],
}

/**
 * A failure the caller is meant to read: its message goes over the wire.
 *
 * Anything else that is thrown is a bug, is logged with its stack, and reaches
 * the caller only as `INTERNAL_ERROR`.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ErrorCode
  /** The HTTP status; another than the code's only when a server answered so. */
  readonly status: number

  constructor(code: ErrorCode, message: string, options?: ErrorOptions & { status?: number }) {
    super(message, options)
    this.code = code
    this.status = options?.status ?? STATUS_OF[code]
  }
}

export const notFound = (kind: string, id: string) =>
  new ApiError('RESOURCE_DOES_NOT_EXIST', `${kind} '${id}' not found`)

export const invalid = (field: string, problem: string) =>
  new ApiError('INVALID_PARAMETER_VALUE', `Invalid value for '${field}': ${problem}`)

export const missing = (field: string) =>
  new ApiError('INVALID_PARAMETER_VALUE', `Missing value for required parameter '${field}'`)

/** The body of an error answer. */
export function errorBody({ code, message }: ApiError): Record<string, string> {
  const [sqlstate, errorClass] = SQL_STATE[code] ?? []
  return { error_code: code, message, ...(sqlstate && errorClass && { sqlstate, error_class: errorClass }) }
}
