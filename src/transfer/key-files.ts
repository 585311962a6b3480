import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { KeyValue } from '../wire/experiments.ts'
import type { ModelMetric } from '../wire/metrics.ts'
import { pointColumns } from './point-columns.ts'
import type { Series } from './source.ts'

/** Points that are held before they are passed on. */
const POINTS_HELD = 1_000_000

/** A file of a folder of keys, and the key that its path is. */
interface KeyFile {
  readonly key: string
  readonly path: string
}

/** A key may hold `/`, and so be a file in a folder. */
async function listKeys(folder: string, prefix = ''): Promise<KeyFile[]> {
  const found: KeyFile[] = []
  for (const entry of await listFolder(folder)) {
    const key = prefix + entry.name
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await listKeys(path, `${key}/`)))
    else if (entry.isFile()) found.push({ key, path })
  }
  return found
}

export async function readPairs(folder: string): Promise<KeyValue[]> {
  const pairs: KeyValue[] = []
  for (const { key, path } of await listKeys(folder)) pairs.push({ key, value: await readFile(path, 'utf8') })
  return pairs
}

export async function* readMetricFiles(folder: string): AsyncIterable<Series> {
  for (const { key, path } of await listKeys(folder)) yield* readMetricFile(key, path)
}

/** Lines are `timestamp value`, with a step in third place, and a dataset's name and digest behind it. */
async function* readMetricFile(key: string, path: string): AsyncIterable<Series> {
  let columns = pointColumns()
  for await (const line of createInterface({ input: createReadStream(path, 'utf8') })) {
    const [timestamp, value, step = '0'] = line.trim().split(' ')
    if (!timestamp || value === undefined) continue // a line that is being written
    columns.push(Number(step), Number(timestamp), toValue(value))
    if (columns.length < POINTS_HELD) continue
    yield { key, points: columns.points() }
    columns = pointColumns()
  }
  if (columns.length > 0) yield { key, points: columns.points() }
}

/** Lines are as those of a run, with the run in fourth place, and behind it a dataset's name and digest. */
export async function readModelMetrics(folder: string, modelId: string): Promise<ModelMetric[]> {
  const metrics: ModelMetric[] = []
  for (const { key, path } of await listKeys(folder))
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      const [timestamp, value, step, runId, ...dataset] = line.trim().split(' ')
      if (!timestamp || !value || !step || !runId) continue
      metrics.push({
        key,
        value: toValue(value),
        timestamp: Number(timestamp),
        step: Number(step),
        ...(dataset.length > 1 && { datasetName: dataset.slice(0, -1).join(' '), datasetDigest: dataset.at(-1)! }),
        modelId,
        runId,
      })
    }
  return metrics
}

/** As Python writes floats. */
function toValue(text: string): number {
  const infinity = /^([-+]?)inf(inity)?$/i.exec(text)
  return infinity ? Number(`${infinity[1]}Infinity`) : Number(text)
}

/** Of every file in a folder its name, size and time of change, as text. */
export async function describeFiles(folder: string, prefix = ''): Promise<string[]> {
  const found: string[] = []
  for (const entry of await listFolder(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) found.push(...(await describeFiles(path, `${prefix}${entry.name}/`)))
    else {
      const { size, mtimeMs } = await stat(path)
      found.push(`${prefix}${entry.name} ${size} ${mtimeMs}`)
    }
  }
  return found
}

/** Sorted by name; `[]` for what is no folder. */
export async function listFolder(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw error
  })
  return entries.sort((a, b) => (a.name < b.name ? -1 : 1))
}
