import type { TestApp } from './app.ts'

interface Told {
  readonly status: 'RUNNING' | 'SCHEDULED' | 'FINISHED' | 'FAILED' | 'KILLED'
  readonly user?: string
  readonly end?: number
  readonly metrics?: Record<string, number>
  readonly params?: Record<string, string>
  readonly tags?: Record<string, string>
  readonly datasets?: [name: string, digest: string, context?: string][]
}

/** Six runs that differ in everything that a search can ask; the first starts at 1000, each next 1 ms later. */
const TOLD: Record<string, Told> = {
  alpha: {
    status: 'FINISHED',
    user: 'ann',
    end: 2000,
    metrics: { loss: 0.5, acc: 0.9, 'top-5': 1 },
    params: { model: 'Tree', depth: '3', 'a b': 'x y' },
    tags: { team: 'vision', 'mlflow.note.content': `It's "fine"` },
    datasets: [['train', 'd1', 'training']],
  },
  beta: {
    status: 'FAILED',
    user: 'bob',
    end: 3000,
    metrics: { loss: 0.25, acc: NaN },
    params: { model: 'tree', depth: '10' },
    tags: { team: 'Vision', 'x.y.z': 'dots' },
    datasets: [['train', 'd2', 'eval']],
  },
  gamma: { status: 'RUNNING', metrics: { loss: Infinity }, params: { model: 'net_1' }, tags: { team: '' } },
  delta: {
    status: 'FINISHED',
    user: 'ann',
    end: 4000,
    metrics: { loss: -1, acc: 0.9 },
    params: { model: 'net%1', depth: '' },
    datasets: [['test', 'd1']],
  },
  epsilon: {
    status: 'KILLED',
    user: 'bob',
    end: 5000,
    tags: { team: 'naïve \\ back' },
    datasets: [
      ['train', 'd1', 'training'],
      ['test', 'd9', 'eval'],
    ],
  },
  Alpha: {
    status: 'SCHEDULED',
    metrics: { loss: -Infinity, acc: 0.1 },
    params: { model: 'TREE', depth: '3' },
    tags: { team: 'v_sion' },
  },
}

/** @returns The id of each run by its name. */
export async function logSixRuns({ client }: TestApp, experimentId: string): Promise<Record<string, string>> {
  const ids: Record<string, string> = {}
  let startTime = 1000
  for (const [runName, told] of Object.entries(TOLD)) {
    const { status, user = '', end, metrics = {}, params = {}, tags = {}, datasets = [] } = told
    const { run } = await client.runs.create({ experimentId, runName, userId: user, startTime: startTime++ })
    const { runId } = run.info
    ids[runName] = runId
    await client.runs.logBatch({
      runId,
      metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 1 })),
      params: Object.entries(params).map(([key, value]) => ({ key, value })),
      tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
    })
    await client.runs.logInputs({
      runId,
      datasets: datasets.map(([name, digest, context]) => ({
        dataset: { name, digest, sourceType: 'local', source: 's' },
        tags: context === undefined ? [] : [{ key: 'mlflow.data.context', value: context }],
      })),
    })
    await client.runs.update({ runId, status, ...(end !== undefined && { endTime: end }) })
  }
  return ids
}
