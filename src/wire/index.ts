import { artifacts, proxy, versionArtifacts } from './artifacts.ts'
import { experiments } from './experiments.ts'
import { lineage } from './lineage.ts'
import { loggedModels, modelArtifacts } from './logged-models.ts'
import { metrics } from './metrics.ts'
import { modelVersions } from './model-versions.ts'
import { promptlab } from './promptlab.ts'
import { registeredModels } from './registered-models.ts'
import { registry } from './registry.ts'
import { runs } from './runs.ts'
import { mlflowPages, pages, server } from './server.ts'
import { transitionRequests } from './transition-requests.ts'
import { webhooks } from './webhooks.ts'

export * from './artifacts.ts'
export * from './endpoint.ts'
export * from './errors.ts'
export * from './experiments.ts'
export * from './lineage.ts'
export * from './logged-models.ts'
export * from './metrics.ts'
export * from './model-versions.ts'
export * from './promptlab.ts'
export * from './registered-models.ts'
export * from './registry.ts'
export * from './runs.ts'
export * from './schema.ts'
export * from './server.ts'
export * from './transition-requests.ts'
export * from './webhooks.ts'

/** Everything that travels: the one declaration that routes, clients and documents derive from. */
export const contract = {
  server,
  experiments,
  runs,
  metrics,
  promptlab,
  artifacts,
  proxy,
  loggedModels,
  modelArtifacts,
  versionArtifacts,
  registeredModels,
  modelVersions,
  transitionRequests,
  lineage,
  registry,
  webhooks,
  mlflowPages,
  pages,
}
export type AppContract = typeof contract
