import { endpoint } from './endpoint.ts'
import { version } from './model-versions.ts'
import { list, message, nonEmpty, oneOf, optional, string, type Value } from './schema.ts'

export const LineageKind = oneOf('LineageKind', {
  model_version: 1,
  logged_model: 2,
  run: 3,
  dataset: 4,
  commit: 5,
  project: 6,
})

/** Something that a version comes from, or that came from it. */
export const LineageNode = message('LineageNode', {
  /** Unique in the graph: the kind and the id, such as `run:9f…`. */
  id: string,
  kind: LineageKind,
  name: string,
  /** The experiment, of runs and logged models. */
  experimentId: optional(string),
  /** A stage, a status, a digest. */
  detail: optional(string),
})
export type LineageNode = Value<typeof LineageNode>

/** `to` was made from `from`. */
export const LineageEdge = message('LineageEdge', { from: string, to: string })

export const lineage = {
  /** All that a version was made from, and all that was made from it. */
  get: endpoint({
    method: 'GET',
    path: '/{api}/3.0/millrace/registry/lineage',
    access: { resource: 'registered_model', by: 'name', permission: 'READ' },
    request: message('RegistryLineage', { name: nonEmpty, version }),
    response: message('RegistryLineage.Response', { nodes: list(LineageNode), edges: list(LineageEdge) }),
  }),
}
