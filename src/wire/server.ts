import { endpoint, raw } from './endpoint.ts'
import { bool, defaults, int32, int64, json, list, map, message, nonEmpty, oneOf, optional, string } from './schema.ts'
import { ViewType } from './experiments.ts'

const nothing = message('Empty', {})

export const server = {
  health: endpoint({ method: 'GET', path: '/health', access: 'public', request: nothing, response: raw }),
  version: endpoint({ method: 'GET', path: '/version', access: 'public', request: nothing, response: raw }),
  metrics: endpoint({ method: 'GET', path: '/metrics', access: 'authenticated', request: nothing, response: raw }),
  info: endpoint({
    method: 'GET',
    path: '/{api}/3.0/mlflow/server-info',
    access: 'public',
    request: nothing,
    response: message('ServerInfo', {
      storeType: string,
      workspacesEnabled: bool,
      traceArchivalEnabled: bool,
      multipartUploadsEnabled: bool,
      multipartDownloadsEnabled: bool,
      presignedUploadRunIdSupported: bool,
      presignedUploadModelIdSupported: bool,
      featuresEnabled: message('ServerInfo.Features', { gateway: bool }),
      /** Ours: tells Millrace from other servers. */
      millraceVersion: optional(string),
    }),
  }),
}

/** What MLflow's pages ask for beside the API. */
export const mlflowPages = {
  graphql: endpoint({
    method: ['POST', 'GET'],
    path: '/graphql',
    access: 'authenticated',
    request: message('GraphqlQuery', {
      query: nonEmpty,
      variables: optional(json),
      operationName: optional(string),
    }),
    response: message('GraphqlAnswer', { data: json, errors: list(string) }),
  }),
  /** What is asked of the AI gateway: which endpoints it has. */
  listGatewayEndpoints: endpoint({
    method: 'GET',
    path: '/ajax-api/2.0/mlflow/gateway-proxy',
    access: 'authenticated',
    request: nothing,
    response: message('GatewayEndpoints', { endpoints: json }),
  }),
  readAssistant: endpoint({
    method: 'GET',
    path: '/ajax-api/3.0/mlflow/assistant/config',
    access: 'authenticated',
    request: nothing,
    response: message('AssistantConfig', { providers: map(json), projects: map(json), remoteAccessAllowed: bool }),
  }),
  listAssistantProviders: endpoint({
    method: 'GET',
    path: '/ajax-api/3.0/mlflow/assistant/providers',
    access: 'authenticated',
    request: nothing,
    response: message('AssistantProviders', { providers: json }),
  }),
  readTelemetry: endpoint({
    method: 'GET',
    path: '/ajax-api/3.0/mlflow/ui-telemetry',
    access: 'authenticated',
    request: nothing,
    response: message('UiTelemetry', {
      disableUiTelemetry: bool,
      disableUiEvents: list(string),
      uiRolloutPercentage: int32,
    }),
  }),
  sendTelemetry: endpoint({
    method: 'POST',
    path: '/ajax-api/3.0/mlflow/ui-telemetry',
    access: 'authenticated',
    request: nothing,
    response: message('UiTelemetrySent', { status: string }),
  }),
}

export const KeyKind = oneOf('KeyKind', { metric: 1, param: 2, tag: 3 })

/** What Millrace's own pages need beside MLflow's endpoints. */
export const pages = {
  keys: endpoint({
    method: 'GET',
    path: '/{api}/3.0/millrace/keys',
    access: { resource: 'experiment', by: 'experimentIds', permission: 'READ' },
    request: message('ListKeys', { experimentIds: list(nonEmpty) }),
    response: message('ListKeys.Response', { keys: list(message('Key', { kind: KeyKind, name: string })) }),
  }),
  countRuns: endpoint({
    method: 'POST',
    path: '/{api}/3.0/millrace/runs/count',
    access: 'authenticated',
    request: message('CountRuns', {
      experimentIds: list(string),
      filter: optional(string),
      runViewType: defaults(ViewType, 'ACTIVE_ONLY'),
      /** Counting ends here: the answer says this when there are so many or more. */
      most: defaults(int64, Number.MAX_SAFE_INTEGER),
    }),
    response: message('CountRuns.Response', { count: int64 }),
  }),
  /** Server-sent events `runs` with data `{"run_ids": […]}`: runs of the experiments that changed, whoever wrote them. */
  live: endpoint({
    method: 'GET',
    path: '/{api}/3.0/millrace/live',
    access: { resource: 'experiment', by: 'experimentIds', permission: 'READ' },
    request: message('Live', { experimentIds: list(nonEmpty) }),
    response: raw,
  }),
}
