/** What some tests need beside Node; `npm test` finds or installs it. */
const PARTS = {
  postgres: 'MILLRACE_TEST_POSTGRES_URL',
  python: 'MILLRACE_TEST_PYTHON',
  mlflow2: 'MILLRACE_TEST_MLFLOW_2',
  java: 'MILLRACE_TEST_JAVA',
  chromium: 'MILLRACE_TEST_CHROMIUM',
  stores: 'MILLRACE_TEST_STORES',
} as const

export type Part = keyof typeof PARTS

/** Options of a test that needs a part: it is skipped, visibly, where there is none. */
export const needs = (part: Part): { skip: string | false } =>
  process.env[PARTS[part]] ? { skip: false } : { skip: `needs ${part} (${PARTS[part]} is not set)` }

/** Where a part is. Only for tests that `needs` it. */
export function at(part: Part): string {
  const found = process.env[PARTS[part]]
  if (!found) throw new Error(`${PARTS[part]} is not set`)
  return found
}
