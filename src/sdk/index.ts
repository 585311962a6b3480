export { createClient } from '../client/client.ts'
export { ApiError, type ErrorCode } from '../wire/errors.ts'
export type { Dataset, RunInfo, RunStatus } from '../wire/runs.ts'
export { dataset, type DatasetDescription } from './dataset.node.ts'
export {
  activeRun,
  endRun,
  logBatch,
  logDict,
  logInput,
  logMetric,
  logMetrics,
  logParam,
  logParams,
  logTable,
  logText,
  setTag,
  setTags,
  startRun,
} from './fluent.node.ts'
export { logArtifact, logArtifacts, logFigure, logImage, type Pixels } from './log-files.node.ts'
export type { ActiveRun, BatchMetric, InputOptions, LogBatch, MetricOptions, Scalar } from './run.ts'
export {
  deleteModelAlias,
  type FindOptions,
  getModel,
  getModelVersion,
  type ModelVersion,
  registerModel,
  type RegisteredModel,
  type RegisterOptions,
  searchModels,
  searchModelVersions,
  setModelAlias,
  setModelStage,
  setModelTag,
  type Stage,
  type TransitionOptions,
} from './registry.node.ts'
export { type FoundRun, getRun, type SearchOptions, searchRuns } from './search.node.ts'
export { flush, getTrackingUri, setExperiment, setTrackingUri } from './session.node.ts'
export type { StartRunOptions } from './start.node.ts'
export type { Table } from './table.ts'
