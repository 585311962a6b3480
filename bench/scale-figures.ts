import { type Call, connect } from './load.ts'
import { noise } from './scale-data.ts'
import type { Sets } from './scale-sets.ts'
import type { Running } from './servers.ts'

const API = '/api/2.0/mlflow'

export interface Figure {
  readonly name: string
  readonly p50: string
  readonly p95: string
  readonly wanted: string
}

/** Asks a server whose store is full, one request after the other, and says how long it takes. */
export async function measureScale(
  { url }: Running,
  sets: Sets,
  only: RegExp,
  say: (what: string) => void,
): Promise<Figure[]> {
  const { call, close } = connect(url, 1)
  const figures: Figure[] = []
  const time = async (name: string, wanted: string, times: number, work: (i: number) => Promise<unknown>) => {
    if (!only.test(name)) return
    say(name)
    await work(times) // what is opened and compiled once
    const took: number[] = []
    for (let i = 0; i < times; i++) {
      const begun = performance.now()
      await work(i)
      took.push(performance.now() - begun)
    }
    took.sort((a, b) => a - b)
    const at = (share: number) => `${took[Math.floor(took.length * share)]!.toFixed(1)} ms`
    figures.push({ name, p50: at(0.5), p95: at(0.95), wanted })
    say(`${name}: ${at(0.5)} ${at(0.95)}`)
  }

  await time('runs/search, metric filter, 40 experiments of 500 runs', '5 / 10 ms', 400, (i) =>
    search(call, sets.sweeps[i % 40]!, { filter: `metrics.loss < ${0.4 + noise(i, 8) / 2}` }),
  )
  await time('newest 100 of 100,000 runs', '8 ms', 100, () => search(call, sets.many, {}))
  await time('newest 100 of 1,000,000 runs', '12 ms', 100, () => search(call, sets.most, {}))
  const ordered = (i: number) => ({
    order_by: [['metrics.loss ASC', 'metrics.acc DESC', 'metrics.loss DESC', 'metrics.acc ASC'][i % 4]!],
    filter: `params.optimizer = '${['adam', 'sgd', 'lion'][i % 3]}' AND tags.team = '${['vision', 'text'][i % 2]}'`,
  })
  await time('order by a metric, filter by param and tag, of 1,000,000 runs', '50 ms', 40, (i) =>
    search(call, sets.most, ordered(i)),
  )
  const params = { filter: `params.rate = '0.1234' AND tags.team = 'vision'`, order_by: ['metrics.loss ASC'] }
  await time('the same, filter that 10 of a million meet', '', 10, () => search(call, sets.most, params))
  await time('filter on a metric that 100 of a million meet', '', 10, (i) =>
    search(call, sets.most, { filter: `metrics.loss < ${1e-4 + i * 1e-7}` }),
  )
  await time('order by a param, of 1,000,000 runs', '', 5, () => search(call, sets.most, { order_by: ['params.rate'] }))
  await time('count of 1,000,000 runs', '', 5, () => count(call, sets.most))
  await time('count with a filter on a param', '', 5, () => count(call, sets.most, `params.optimizer = 'adam'`))
  await time('newest 100 of all experiments', '', 10, () =>
    call(`${API}/runs/search`, { experiment_ids: [...sets.sweeps, sets.many, sets.most], max_results: 100 }),
  )
  const clauses = Array.from({ length: 100 }, (_, n) => `metrics.${['loss', 'acc', 'f1', 'auc'][n % 4]} < ${100 + n}`)
  await time('100 clauses in one filter', '', 20, (i) =>
    search(call, sets.sweeps[i % 40]!, { filter: clauses.join(' AND ') }),
  )

  for (const [name, asked] of [
    ['newest first', {}],
    ['order by a metric, filter by param and tag', ordered(0)],
  ] as const) {
    if (!only.test(`page 1 of ${name}`) && !only.test(`page 1,000 of ${name}`)) continue
    say(`walking to page 1,000 of ${name}`)
    const pageSize = name === 'newest first' ? 100 : 20
    let token: string | undefined
    const tokens: (string | undefined)[] = []
    for (let page = 1; page <= 1000; page++) {
      tokens.push(token)
      token = nextToken(await search(call, sets.most, { ...asked, max_results: pageSize, page_token: token }))
    }
    const pageAt = (first: number) => (i: number) =>
      search(call, sets.most, { ...asked, max_results: pageSize, page_token: tokens[first + (i % 10)] })
    await time(`page 1 of ${name}`, '', 50, pageAt(0))
    await time(`page 1,000 of ${name}`, '2x page 1', 50, pageAt(989))
  }

  const interval = (runIds: readonly string[], most: number) =>
    call(
      `/ajax-api/2.0/mlflow/metrics/get-history-bulk-interval?${runIds.map((id) => `run_ids=${id}`).join('&')}&metric_key=loss&max_results=${most}`,
    )
  const sample = (runIds: readonly string[], points: number) =>
    call('/ajax-api/3.0/millrace/metrics/sample', { run_ids: runIds, keys: ['loss'], points })
  await time('a series of 1,000,000 points as 320 (get-history-bulk-interval)', '15 ms', 50, () =>
    interval(sets.long, 320),
  )
  await time('a series of 1,000,000 points as 320 (metrics/sample)', '15 ms', 50, () => sample(sets.long, 320))
  await time('100 series of 10,000 points as 320 (get-history-bulk-interval)', '60 ms', 20, () =>
    interval(sets.hundred, 320),
  )
  await time('100 series of 10,000 points as 320 (metrics/sample)', '60 ms', 20, () => sample(sets.hundred, 320))

  const columns = Array.from({ length: 10 }, (_, i) => `layer/${i * 500}/norm`)
  await time('100 runs, 10 columns of 12,000', '20 ms', 50, (i) =>
    search(call, sets.wide, { only: { metrics: columns.map((key) => key.replace('00/', `0${i % 10}/`)) } }),
  )
  close()
  return figures
}

const search = (call: Call, experimentId: string, asked: object) =>
  call(`${API}/runs/search`, { experiment_ids: [experimentId], max_results: 100, ...asked })

const count = (call: Call, experimentId: string, filter?: string) =>
  call('/ajax-api/3.0/millrace/runs/count', { experiment_ids: [experimentId], filter })

const nextToken = (answer: Buffer) => (JSON.parse(String(answer)) as { next_page_token?: string }).next_page_token
