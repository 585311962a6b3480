import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { invalid } from '../wire/errors.ts'

const REASONS: Record<string, string> = {
  EACCES: 'this user has no right to',
  EPERM: 'this user has no right to',
  EROFS: 'the disk is read-only',
  EEXIST: 'there is a file in its place',
  ENOTDIR: 'there is a file in its place',
  ENOENT: 'nothing can be made there',
}

/**
 * Makes a folder that will be written to, unless it is there.
 *
 * @param field - The option that named it.
 * @throws ApiError `INVALID_PARAMETER_VALUE` that says why it cannot be.
 */
export function makeFolder(field: string, folder: string): void {
  try {
    make(folder)
    accessSync(folder, constants.W_OK)
  } catch (cause) {
    const { code = '', message } = cause as NodeJS.ErrnoException
    const reason = REASONS[code] ?? message
    throw Object.assign(invalid(field, `the folder '${folder}' cannot be written to: ${reason}`), { cause })
  }
}

/** Step by step, since Node's own recursive way never ends where nothing can be made, such as in /proc. */
function make(folder: string): void {
  if (!existsSync(folder)) {
    make(dirname(folder))
    try {
      mkdirSync(folder)
    } catch (error) {
      if (!existsSync(folder)) throw error // else another process was quicker
    }
  }
  if (!statSync(folder).isDirectory()) throw Object.assign(new Error('not a folder'), { code: 'ENOTDIR' })
}
