import { ApiError } from '../wire/errors.ts'

/** Says what to install when an optional library is not there. */
export const lacks =
  (what: string, library: string) =>
  (cause: Error): never => {
    throw new ApiError('INVALID_STATE', `To use ${what}, install its library: npm install ${library}`, { cause })
  }
