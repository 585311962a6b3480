import type { Db } from '../src/db/db.ts'
import { loadRuns, type LoadedRun, loadSeries, lossOf, noise, NOW } from './scale-data.ts'

/** What the figures are measured on: ids of what was loaded. */
export interface Sets {
  /** 40 experiments with 500 runs each, 4 metrics of 100 points. */
  readonly sweeps: readonly string[]
  /** One experiment of 100,000 runs, and one of a million. */
  readonly many: string
  readonly most: string
  /** One run whose metric `loss` has a million points. */
  readonly long: readonly string[]
  /** 100 runs whose metric `loss` has 10,000 points. */
  readonly hundred: readonly string[]
  /** 200 runs with 2,400 metrics each, of 12,000 names. */
  readonly wide: string
}

/** Fills an empty store with everything that is measured. */
export async function loadSets(db: Db, runs: number, say: (what: string) => void): Promise<Sets> {
  const sweeps: string[] = []
  for (let i = 0; i < 40; i++) sweeps.push(await loadRuns(db, `sweep ${i}`, 500, sweepRun, say))
  say('40 sweeps')
  const long = await loadSeries(db, 'long', 1, 1_000_000)
  const hundred = await loadSeries(db, 'hundred', 100, 10_000)
  say('series')
  const wide = await loadRuns(db, 'wide', 200, wideRun, say)
  const many = await loadRuns(db, 'many', runs / 10, trainedRun, say)
  const most = await loadRuns(db, 'most', runs, trainedRun, say)
  return { sweeps, many, most, long, hundred, wide }
}

const sweepRun = (i: number): LoadedRun => ({
  params: { optimizer: `opt${i % 5}`, rate: String((i % 97) / 1000) },
  tags: { 'mlflow.runName': `run-${i}`, team: `team${i % 4}` },
  metrics: Object.fromEntries(['loss', 'acc', 'f1', 'auc'].map((key, n) => [key, shifted(i * 4 + n, 100)])),
})

const OPTIMIZERS = ['adam', 'sgd', 'lion', 'adafactor', 'shampoo']
const TEAMS = ['vision', 'speech', 'text', 'robots']

/** Optimizer and team are independent of each other and of the metrics: a fifth and a quarter of the runs each. */
const trainedRun = (i: number): LoadedRun => ({
  params: {
    optimizer: OPTIMIZERS[Math.floor(noise(i, 1) * 5)]!,
    rate: noise(i, 2).toPrecision(4),
    depth: String(Math.floor(noise(i, 3) * 12)),
  },
  tags: {
    'mlflow.runName': `run-${i}`,
    'mlflow.user': 'ada',
    'mlflow.source.name': 'train.py',
    team: TEAMS[Math.floor(noise(i, 4) * 4)]!,
  },
  metrics: { loss: onePoint(noise(i, 5)), acc: onePoint(Math.floor(noise(i, 6) * 1000) / 1000) },
})

const wideRun = (i: number): LoadedRun => ({
  params: {},
  tags: { 'mlflow.runName': `run-${i}` },
  metrics: Object.fromEntries(
    Array.from({ length: 2400 }, (_, n) => [`layer/${n * 5 + (i % 5)}/norm`, onePoint(noise(i, n))]),
  ),
})

const onePoint = (value: number) => ({
  steps: Float64Array.of(0),
  timestamps: Float64Array.of(NOW),
  values: Float64Array.of(value),
})

function shifted(i: number, count: number) {
  const points = lossOf(i, 0, count)
  const shift = noise(i, 7)
  return { ...points, values: points.values.map((value) => value + shift) }
}
