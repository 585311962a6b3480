import type { Db } from '../db/db.ts'
import { readRuns } from '../tracking/run-reader.ts'
import { findRun } from '../tracking/runs-store.ts'
import type { Handlers } from '../wire/endpoint.ts'
import type { lineage, LineageNode } from '../wire/lineage.ts'
import { getVersion, type VersionRow } from './versions-store.ts'

/** A graph larger than this is no picture; what is farther away is left out. */
const MOST_NODES = 500

export function lineageHandlers({ db }: { readonly db: Db }): Handlers<typeof lineage> {
  return {
    async get({ name, version }) {
      const graph = new Graph(db)
      await graph.addVersion(await getVersion(db, name, version))
      return { nodes: [...graph.nodes.values()], edges: graph.edges }
    },
  }
}

/** Grows from one version along what made it and what was made from it. */
class Graph {
  readonly nodes = new Map<string, LineageNode>()
  readonly edges: { from: string; to: string }[] = []
  readonly #db: Db

  constructor(db: Db) {
    this.#db = db
  }

  async addVersion(row: VersionRow): Promise<string> {
    const { model, version, name, stage } = row
    const id = `model_version:${name}/${version}`
    if (!this.#add({ id, kind: 'model_version', name: `${name} ${version}`, detail: stage })) return id
    const source = await this.#version(row.copied_model, row.copied_version)
    if (source) this.#join(await this.addVersion(source), id)
    else if (row.model_id) this.#join(await this.#addLoggedModel(row.model_id), id)
    else if (row.run_id) this.#join(await this.#addRun(row.run_id), id)
    const copies = await this.#db.all<{ model: number; version: number }>(
      'select model, version from model_versions where copied_model = ? and copied_version = ? order by model, version limit ?',
      [model, version, MOST_NODES],
    )
    for (const copy of copies) this.#join(id, await this.addVersion((await this.#version(copy.model, copy.version))!))
    return id
  }

  async #addLoggedModel(modelId: string): Promise<string | undefined> {
    const row = await this.#db.kysely
      .selectFrom('logged_models')
      .selectAll()
      .where('model_id', '=', modelId)
      .executeTakeFirst()
    if (!row) return undefined
    const id = `logged_model:${modelId}`
    const experimentId = row.long_experiment_id ?? String(row.experiment)
    if (!this.#add({ id, kind: 'logged_model', name: row.name, experimentId, detail: row.model_type })) return id
    if (row.source_run_id) this.#join(await this.#addRun(row.source_run_id), id)
    const users = await this.#db.all<{ run_id: string }>(
      `select r.run_id from run_models m join runs r on r.id = m.run
       where m.model_id = ? and m.direction = 'in' order by r.id limit ?`,
      [modelId, MOST_NODES],
    )
    for (const { run_id } of users) this.#join(id, await this.#addRun(run_id))
    return id
  }

  async #addRun(runId: string): Promise<string | undefined> {
    const row = await findRun(this.#db, runId)
    if (!row) return undefined
    const id = `run:${runId}`
    const [{ info, data, inputs } = undefined!] = await readRuns(this.#db, [row])
    const { experimentId, status, runName = runId } = info
    if (!this.#add({ id, kind: 'run', name: runName, experimentId, detail: status })) return id
    const tags = new Map(data.tags.map(({ key, value }) => [key, value]))
    const commit = tags.get('mlflow.source.git.commit')
    if (commit) this.#leaf({ id: `commit:${commit}`, kind: 'commit', name: commit.slice(0, 10) }, id)
    const project = tags.get('mlflow.source.type') === 'PROJECT' ? tags.get('mlflow.source.name') : undefined
    if (project) this.#leaf({ id: `project:${project}`, kind: 'project', name: project }, id)
    for (const { dataset } of inputs?.datasetInputs ?? []) {
      const { name, digest } = dataset
      this.#leaf({ id: `dataset:${name}@${digest}`, kind: 'dataset', name, detail: digest }, id)
    }
    const parent = tags.get('mlflow.parentRunId')
    if (parent) this.#join(await this.#addRun(parent), id)
    for (const { modelId } of inputs?.modelInputs ?? []) this.#join(await this.#addLoggedModel(modelId), id)
    return id
  }

  async #version(model: number | null, version: number | null): Promise<VersionRow | undefined> {
    return await this.#db.get<VersionRow>(
      `select v.*, m.name from model_versions v join registered_models m on m.id = v.model
       where v.model = ? and v.version = ?`,
      [model, version],
    )
  }

  /** @returns Whether it is new, and so has to be followed. */
  #add(node: LineageNode): boolean {
    if (this.nodes.has(node.id) || this.nodes.size >= MOST_NODES) return false
    this.nodes.set(node.id, node)
    return true
  }

  #leaf(node: LineageNode, to: string): void {
    this.#add(node)
    this.#join(node.id, to)
  }

  #join(from: string | undefined, to: string | undefined): void {
    if (!from || !to || !this.nodes.has(from) || !this.nodes.has(to)) return
    if (!this.edges.some((edge) => edge.from === from && edge.to === to)) this.edges.push({ from, to })
  }
}
