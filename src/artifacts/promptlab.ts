import { posix } from 'node:path'
import { stringify } from 'yaml'
import type { Handlers } from '../wire/endpoint.ts'
import type { KeyValue } from '../wire/experiments.ts'
import type { promptlab, PromptlabRun } from '../wire/promptlab.ts'
import type { runs } from '../wire/runs.ts'
import { placeOf, type Roots } from './roots.ts'

const TABLE = 'eval_results_table.json'
const MODEL = 'model'

interface Deps {
  readonly runs: Handlers<typeof runs>
  readonly roots: Roots
  readonly now: () => number
  readonly newId: () => string
}

/** Makes the run, the table of the answer and the model that MLflow's pages read and its Python package loads. */
export function promptlabHandlers({ runs, roots, now, newId }: Deps): Handlers<typeof promptlab> {
  return {
    async createRun(tried, context) {
      const { experimentId, runName, userId, startTime = now() } = tried
      const { run } = await runs.create(
        { experimentId, userId, startTime, tags: tried.tags, ...(runName && { runName }) },
        context,
      )
      const { runId, artifactUri } = run.info
      await runs.logBatch({ runId, metrics: [], params: paramsOf(tried), tags: tagsOf() }, context)
      const model = {
        run_id: runId,
        artifact_path: MODEL,
        utc_time_created: new Date(now()).toISOString().replace('T', ' ').replace('Z', '000'),
        model_uuid: newId(),
      }
      const { blobs, folder } = placeOf(artifactUri, roots)
      for (const [path, content] of Object.entries(filesOf(tried, model)))
        await blobs.write(posix.join(folder, path), new TextEncoder().encode(content))
      await runs.logModel({ runId, modelJson: JSON.stringify({ ...model, flavors: {} }) }, context)
      await runs.update({ runId, status: 'FINISHED', endTime: now() }, context)
      return { run: (await runs.get({ runId }, context)).run }
    },
  }
}

const paramsOf = ({ modelParameters, modelRoute, promptTemplate }: PromptlabRun): KeyValue[] => [
  ...modelParameters,
  { key: 'model_route', value: modelRoute },
  { key: 'prompt_template', value: promptTemplate },
]

const tagsOf = (): KeyValue[] => [
  { key: 'mlflow.loggedArtifacts', value: JSON.stringify([{ path: TABLE, type: 'table' }]) },
  { key: 'mlflow.runSourceType', value: 'PROMPT_ENGINEERING' },
]

function filesOf(tried: PromptlabRun, model: object): Record<string, string> {
  const { promptParameters, modelOutputParameters, modelInput, modelOutput, mlflowVersion } = tried
  const requirement = `mlflow[gateway]==${mlflowVersion}`
  const column = (name: string) => ({ type: 'string', name, required: true })
  return {
    [TABLE]: JSON.stringify({
      columns: [...namesOf(promptParameters), 'prompt', 'output', ...namesOf(modelOutputParameters)],
      data: [[...valuesOf(promptParameters), modelInput, modelOutput, ...valuesOf(modelOutputParameters)]],
    }),
    [`${MODEL}/MLmodel`]: stringify({
      ...model,
      mlflow_version: mlflowVersion,
      flavors: {
        python_function: {
          env: { conda: 'conda.yaml', virtualenv: 'python_env.yaml' },
          loader_module: 'mlflow.prompt.promptlab_model',
          parameters_path: 'parameters.yaml',
        },
      },
      signature: {
        inputs: JSON.stringify(namesOf(promptParameters).map(column)),
        outputs: JSON.stringify([column('output')]),
        params: null,
      },
    }),
    [`${MODEL}/parameters.yaml`]: stringify({
      model_parameters: toRecord(tried.modelParameters),
      model_route: tried.modelRoute,
      prompt_parameters: toRecord(promptParameters),
      prompt_template: tried.promptTemplate,
    }),
    [`${MODEL}/requirements.txt`]: `${requirement}\n`,
    [`${MODEL}/python_env.yaml`]: stringify({ dependencies: ['-r requirements.txt'] }),
    [`${MODEL}/conda.yaml`]: stringify({
      name: 'mlflow-env',
      channels: ['conda-forge'],
      dependencies: ['python', 'pip', { pip: [requirement] }],
    }),
  }
}

const namesOf = (pairs: readonly KeyValue[]) => pairs.map(({ key }) => key)
const valuesOf = (pairs: readonly KeyValue[]) => pairs.map(({ value }) => value)
const toRecord = (pairs: readonly KeyValue[]) => Object.fromEntries(pairs.map(({ key, value }) => [key, value]))
