import { invalid } from '../wire/errors.ts'

const LONGEST = 4096

/**
 * Checks a path that came from outside and brings it into its plain form.
 *
 * The one place that decides what a path may name: a relative path below a
 * root. It is decoded until nothing changes, so that nothing hides behind a
 * second coding; what is left must not climb, be absolute, name a drive, a
 * scheme or a fragment, or hold control characters.
 *
 * @param field - How the caller named it.
 * @returns The path without `.` and empty parts; '' for the root itself.
 * @throws ApiError `INVALID_PARAMETER_VALUE`
 * @see MLflow 3.17 `validate_path_is_safe`, whose refusals these include.
 */
export function checkPath(field: string, path: string): string {
  if (path.length > LONGEST) throw invalid(field, `Invalid path: it has ${path.length} characters, at most ${LONGEST}`)
  for (const form of decodings(path)) {
    const problem = problemOf(form)
    if (problem) throw invalid(field, `Invalid path '${printable(path)}': ${problem}`)
  }
  return path
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/')
}

function problemOf(path: string): string | undefined {
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u001f\u007f]/.test(path)) return 'it holds control characters'
  if (/^[/\\]/.test(path)) return 'it must be relative'
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) return 'it must not begin with a drive or a scheme'
  if (path.includes('#')) return `it must not hold '#'`
  if (path.includes('\\')) return `it must not hold '\\'`
  if (path.split('/').some((part) => /^\.\.[. ]*$/.test(part))) return `it must not hold '..'`
  return undefined
}

/** The path and what it becomes when it is percent-decoded, once, twice, … */
function decodings(path: string): string[] {
  const forms = [path]
  for (let form = path; forms.length < 10;) {
    const decoded = decode(form)
    if (decoded === form) break
    forms.push(decoded)
    form = decoded
  }
  return forms
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a stray '%' is only that
  }
}

// oxlint-disable-next-line no-control-regex
const printable = (text: string) => text.slice(0, 200).replace(/[\u0000-\u001f\u007f]/g, '?')
