import { IS_PROMPT } from '../search/registered-models.ts'
import { invalid } from '../wire/errors.ts'
import type { KeyValue } from '../wire/experiments.ts'

/** What clients write for the source of a prompt's version, which has no files. */
const PLACEHOLDERS = ['dummy-source', 'prompt-template']

export const isPrompt = (tags: readonly KeyValue[]) =>
  tags.some(({ key, value }) => key === IS_PROMPT && value.toLowerCase() === 'true')

/** @throws ApiError for the name of a prompt that its URI could not hold. */
export function checkPromptName(field: string, name: string): void {
  if (!/^[\w.-]+$/.test(name))
    throw invalid(field, `'${name}' may hold only letters, digits, '_', '-' and '.', since it names a prompt`)
}

/** @throws ApiError for the version of a prompt that claims files. */
export function checkPromptSource(source: string): void {
  if (!PLACEHOLDERS.includes(source))
    throw invalid('source', `a version of a prompt has no files; expected one of ${PLACEHOLDERS.join(', ')}`)
}
