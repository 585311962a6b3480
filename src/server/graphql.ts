import type { DocumentNode, GraphQLFieldConfigMap, GraphQLSchema } from 'graphql'
import type * as Graphql from 'graphql'
import type { Call } from '../http/app.ts'
import type { Context, Endpoint } from '../wire/endpoint.ts'
import { ApiError } from '../wire/errors.ts'
import { Experiment } from '../wire/experiments.ts'
import { contract } from '../wire/index.ts'
import { ModelVersion } from '../wire/model-versions.ts'
import { list, message, string } from '../wire/schema.ts'
import { createTypeMaker, type Extra } from './graphql-types.ts'

/** So much text is parsed of a query, so many of its fields may be asked for under other names. */
const MOST_TOKENS = 5000
const MOST_ALIASES = 10

const QUERIES: Record<string, [rpc: string, endpoint: Endpoint]> = {
  mlflowGetExperiment: ['GetExperiment', contract.experiments.get],
  mlflowGetMetricHistoryBulkInterval: ['GetMetricHistoryBulkInterval', contract.metrics.getHistoryBulkInterval],
  mlflowGetRun: ['GetRun', contract.runs.get],
  mlflowListArtifacts: ['ListArtifacts', contract.artifacts.list],
  mlflowSearchModelVersions: ['SearchModelVersions', contract.modelVersions.search],
  mlflowSearchRuns: ['SearchRuns', contract.runs.search],
}
const MUTATIONS: typeof QUERIES = {
  mlflowSearchDatasets: ['SearchDatasets', contract.experiments.searchDatasets],
  mlflowSearchRuns: QUERIES['mlflowSearchRuns']!,
}

/** `apiError` is always null: what fails is among the answer's errors. */
const ApiErrorType = message('ApiError', {
  code: string,
  message: string,
  helpUrl: string,
  traceId: string,
  errorDetails: list(message('ErrorDetail', { field: string, message: string })),
})

export interface Query {
  readonly query: string
  readonly variables?: unknown
  readonly operationName?: string
}

/** Answers queries; the library that reads them is loaded with the first. */
export function createGraphql(
  call: Call,
): (query: Query, context: Context) => Promise<{ data: unknown; errors: string[] }> {
  let loaded: Promise<[graphql: typeof Graphql, schema: GraphQLSchema]> | undefined

  return async ({ query, variables, operationName }, context) => {
    const [graphql, schema] = await (loaded ??= load(call))
    const document = parse(graphql, query)
    if (typeof document === 'string') return { data: null, errors: [document] }
    const wrong = graphql.validate(schema, document, rulesOf(graphql))
    if (wrong.length > 0) return { data: null, errors: wrong.map((error) => error.message) }
    const { data = null, errors = [] } = await graphql.execute({
      schema,
      document,
      contextValue: context,
      ...(isRecord(variables) && { variableValues: variables }),
      ...(operationName && { operationName }),
    })
    return { data, errors: errors.map(({ originalError, message }) => sentenceOf(originalError, message)) }
  }
}

/** MLflow's pages note in a directive which of them asks; it means nothing here. */
const rulesOf = ({ specifiedRules, KnownDirectivesRule }: typeof Graphql) =>
  specifiedRules.filter((rule) => rule !== KnownDirectivesRule)

/** @returns A sentence for a query that cannot be read or asks for too much. */
function parse(graphql: typeof Graphql, query: string): DocumentNode | string {
  try {
    const document = graphql.parse(query, { maxTokens: MOST_TOKENS, noLocation: true })
    let aliases = 0
    graphql.visit(document, { Field: ({ alias }) => void (alias && aliases++) })
    return aliases > MOST_ALIASES ? `A query may have at most ${MOST_ALIASES} aliases, got ${aliases}` : document
  } catch (error) {
    if (error instanceof graphql.GraphQLError) return error.message
    throw error
  }
}

function sentenceOf(cause: unknown, message: string): string {
  if (cause && !(cause instanceof ApiError)) throw cause // ours: the log says what, the caller does not learn it
  return message
}

async function load(call: Call): Promise<[typeof Graphql, GraphQLSchema]> {
  const graphql = await import('graphql')
  const { GraphQLObjectType, GraphQLString } = graphql
  const types = createTypeMaker(graphql, { Run: runExtras(call) })
  const apiError = { type: types.output(ApiErrorType), resolve: () => null }

  const fieldsOf = (operations: typeof QUERIES): GraphQLFieldConfigMap<any, any> =>
    Object.fromEntries(Object.entries(operations).map(([name, [rpc, endpoint]]) => [name, fieldOf(rpc, endpoint)]))
  const fieldOf = (rpc: string, endpoint: Endpoint) => ({
    type: answers(rpc, endpoint),
    args: { input: { type: inputs(rpc, endpoint) } },
    resolve: (_: unknown, { input }: { input?: unknown }, context: Context) => call(endpoint, input ?? {}, context),
  })
  const answers = once((rpc: string, { response }: Endpoint) => {
    return new GraphQLObjectType({ name: `Mlflow${rpc}Response`, fields: { ...types.fields(response), apiError } })
  })
  const inputs = once((rpc: string, { request }: Endpoint) => types.input(`Mlflow${rpc}Input`, request))

  const test = {
    type: new GraphQLObjectType({ name: 'Test', fields: { output: { type: GraphQLString } } }),
    args: { inputString: { type: GraphQLString } },
    resolve: (_: unknown, { inputString }: { inputString?: string }) => ({ output: inputString }),
  }
  const query = new GraphQLObjectType({ name: 'Query', fields: { ...fieldsOf(QUERIES), test } })
  const mutation = new GraphQLObjectType({ name: 'Mutation', fields: fieldsOf(MUTATIONS) })
  return [graphql, new graphql.GraphQLSchema({ query, mutation })]
}

/** What MLflow's pages ask of a run beside the run. */
function runExtras(call: Call): Record<string, Extra> {
  const { get } = contract.experiments
  const { search } = contract.modelVersions
  return {
    experiment: {
      schema: Experiment,
      resolve: async ({ info: { experimentId } }, _, context) =>
        (await call(get, { experimentId }, context)).experiment,
    },
    modelVersions: {
      schema: list(ModelVersion),
      resolve: async ({ info: { runId } }, _, context) =>
        (await call(search, { filter: `run_id = '${runId}'` }, context)).modelVersions,
    },
  }
}

/** Makes a thing once for each name. */
function once<T, Rest extends unknown[]>(make: (name: string, ...rest: Rest) => T): (name: string, ...rest: Rest) => T {
  const made = new Map<string, T>()
  return (name, ...rest) => {
    if (!made.has(name)) made.set(name, make(name, ...rest))
    return made.get(name)!
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
