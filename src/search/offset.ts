import { invalid } from '../wire/errors.ts'

/** A page token for lists that are cut by position: MLflow's own, base64 of `{"offset": n}`. */
export const encodeOffset = (offset: number): string => Buffer.from(JSON.stringify({ offset })).toString('base64')

/** @throws ApiError for anything that `encodeOffset` does not make. */
export function decodeOffset(token: string): number {
  try {
    const { offset } = JSON.parse(Buffer.from(token, 'base64').toString()) as { offset: unknown }
    if (Number.isSafeInteger(offset) && (offset as number) > 0) return offset as number
  } catch {
    // refused below, like a token of another shape
  }
  throw invalid('page_token', `'${token}' is not a token that this server gave`)
}
