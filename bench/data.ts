import type { Call } from './load.ts'

const API = '/api/2.0/mlflow'
const NOW = 1_760_000_000_000

/** What MLflow's clients say of every run by themselves. */
const CLIENT_TAGS = Object.entries({
  'mlflow.user': 'ada',
  'mlflow.source.name': '/home/ada/digits/train.py',
  'mlflow.source.type': 'LOCAL',
  'mlflow.source.git.commit': '5f0c1d2e3b4a59687786950a1b2c3d4e5f607182',
}).map(([key, value]) => ({ key, value }))

/** The loss of a training: falls, with noise; no two values are the same. */
const lossAt = (step: number, run: number) =>
  2 * Math.exp(-step / 400) + 0.1 + 0.05 * Math.sin(step * 12.9898 + run * 78.233)

export async function createExperiment(call: Call, name: string): Promise<string> {
  return JSON.parse(String(await call(`${API}/experiments/create`, { name }))).experiment_id as string
}

export async function createRun(call: Call, experimentId: string, i = 0): Promise<string> {
  const body = { experiment_id: experimentId, run_name: `run-${i}`, start_time: NOW + i * 1000, tags: CLIENT_TAGS }
  return JSON.parse(String(await call(`${API}/runs/create`, body))).run.info.run_id as string
}

export const logMetric = (call: Call, runId: string, i: number) =>
  call(`${API}/runs/log-metric`, {
    run_id: runId,
    key: `loss_${i % 10}`,
    value: lossAt(i, 0),
    timestamp: NOW + i,
    step: i,
  })

/** A thousand points of one metric, the `i`th thousand. */
export const logThousand = (call: Call, runId: string, key: string, i: number) =>
  call(`${API}/runs/log-batch`, {
    run_id: runId,
    metrics: Array.from({ length: 1000 }, (_, n) => {
      const step = i * 1000 + n
      return { key, value: lossAt(step, i), timestamp: NOW + step * 137 + (step % 7), step }
    }),
  })

/** A run as a sweep leaves it: 10 params and 10 metrics. */
export async function logSweepRun(call: Call, experimentId: string, i: number): Promise<void> {
  const runId = await createRun(call, experimentId, i)
  await call(`${API}/runs/log-batch`, {
    run_id: runId,
    params: Array.from({ length: 10 }, (_, n) => ({ key: `param_${n}`, value: String((i * (n + 1)) % 97) })),
    metrics: Array.from({ length: 10 }, (_, n) => ({
      key: `metric_${n}`,
      value: lossAt(i, n),
      timestamp: NOW + i,
      step: 0,
    })),
  })
}

export const searchNewest = (call: Call, experimentId: string) =>
  call(`${API}/runs/search`, {
    experiment_ids: [experimentId],
    max_results: 100,
    order_by: ['attributes.start_time DESC'],
  })

export const readInterval = (call: Call, runId: string, key: string) =>
  call(`/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?run_ids=${runId}&metric_key=${key}&max_results=2500`)
