import { endpoint } from './endpoint.ts'
import { NewKeyValue } from './experiments.ts'
import { Run } from './runs.ts'
import { defaults, int64, list, message, nonEmpty, optional, string, type Value } from './schema.ts'

const CreatePromptlabRun = message('CreatePromptlabRun', {
  experimentId: nonEmpty,
  runName: optional(string),
  tags: list(NewKeyValue),
  /** With `{{name}}` for each parameter. */
  promptTemplate: nonEmpty,
  promptParameters: list(NewKeyValue),
  modelRoute: nonEmpty,
  modelParameters: list(NewKeyValue),
  modelInput: nonEmpty,
  modelOutput: defaults(string, ''),
  modelOutputParameters: list(NewKeyValue),
  mlflowVersion: nonEmpty,
  userId: defaults(string, 'unknown'),
  startTime: optional(int64),
})
export type PromptlabRun = Value<typeof CreatePromptlabRun>

/** A prompt that somebody tried in MLflow's pages, and what a model answered. */
export const promptlab = {
  createRun: endpoint({
    method: 'POST',
    path: '/ajax-api/2.0/mlflow/runs/create-promptlab-run',
    access: { resource: 'experiment', by: 'experimentId', permission: 'EDIT' },
    request: CreatePromptlabRun,
    response: message('CreatePromptlabRun.Response', { run: Run }),
  }),
}
