import { ApiError, invalid } from '../wire/errors.ts'

export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const
export type Stage = (typeof STAGES)[number]

/** @throws ApiError for what is no stage; letters count in either case. */
export function toStage(field: string, name: string): Stage {
  const stage = STAGES.find((each) => each.toLowerCase() === name.toLowerCase())
  if (!stage) throw invalid(field, `'${name}' is not a stage; expected one of ${STAGES.join(', ')}`)
  return stage
}

/** @throws ApiError `INTERNAL_ERROR`, as MLflow has it, where others cannot make room. */
export function checkArchives(stage: Stage): void {
  if (stage === 'Staging' || stage === 'Production') return
  throw new ApiError(
    'INTERNAL_ERROR',
    `Invalid value for 'archive_existing_versions': only Staging and Production can be cleared, not ${stage}`,
  )
}
