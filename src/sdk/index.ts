export { createClient } from '../client/client.ts'
export { ApiError, type ErrorCode } from '../wire/errors.ts'
export * from './fluent.node.ts'
export type { ActiveRun, MetricOptions, Scalar, Table } from './run.ts'
