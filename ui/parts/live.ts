import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Run } from '../../src/wire/runs.ts'
import { api, baseUrl } from '../api.ts'
import type { Keys, RunsPage } from '../pages/experiment/use-runs.ts'

/** More changed runs than one asks for by name. */
const MANY = 100

/** Follows what is logged to an experiment: changed rows are fetched again, and the charts with them. */
export function useLive(experimentId: string): void {
  const client = useQueryClient()
  useEffect(() => {
    const query = new URLSearchParams({ experiment_ids: experimentId })
    const source = new EventSource(`${baseUrl}/ajax-api/3.0/millrace/live?${query}`)
    const changed = new Set<string>()
    let isBusy = false
    let wasOpen = false

    source.addEventListener('open', () => {
      if (wasOpen) void refreshAll(client, experimentId) // what happened meanwhile was not heard
      wasOpen = true
    })
    source.addEventListener('runs', ({ data }: MessageEvent<string>) => {
      for (const runId of (JSON.parse(data) as { run_ids: string[] }).run_ids) changed.add(runId)
      if (!isBusy) void catchUp()
    })
    return () => source.close()

    async function catchUp(): Promise<void> {
      isBusy = true
      while (changed.size > 0) {
        const runIds = [...changed]
        changed.clear()
        await refresh(client, experimentId, runIds).catch(() => refreshAll(client, experimentId))
      }
      isBusy = false
    }
  }, [client, experimentId])
}

const refreshAll = (client: QueryClient, experimentId: string) =>
  Promise.all(['runs', 'count', 'keys'].map((name) => client.invalidateQueries({ queryKey: [name, experimentId] })))

async function refresh(client: QueryClient, experimentId: string, runIds: readonly string[]): Promise<void> {
  const changed = new Set(runIds)
  await client.invalidateQueries({ queryKey: ['run'], predicate: ({ queryKey }) => changed.has(queryKey[1] as string) })
  await client.invalidateQueries({
    queryKey: ['series'],
    predicate: ({ queryKey }) => (queryKey[2] as string[]).some((id) => changed.has(id)),
  })

  const shown = client
    .getQueriesData<InfiniteData<RunsPage>>({ queryKey: ['runs', experimentId] })
    .flatMap(([, data]) => data?.pages.flatMap(({ runs }) => runs.map(({ info }) => info.runId)) ?? [])
  const known = new Set(shown)
  if (runIds.length > MANY || runIds.some((id) => !known.has(id))) {
    await refreshAll(client, experimentId)
    return
  }
  const { runs } = await api.runs.search({
    experimentIds: [experimentId],
    filter: `run_id IN (${runIds.map((id) => `'${id}'`).join(', ')})`,
    runViewType: 'ALL',
  })
  replace(client, experimentId, runs)
  const keys = new Set(client.getQueryData<Keys>(['keys', experimentId])?.keys.map(({ name }) => name))
  const hasNewKey = runs.some(({ data }) => [...data.metrics, ...data.params].some(({ key }) => !keys.has(key)))
  if (hasNewKey) await client.invalidateQueries({ queryKey: ['keys', experimentId] })
}

/** Puts runs in the place of what they were. */
function replace(client: QueryClient, experimentId: string, runs: readonly Run[]): void {
  const fresh = new Map(runs.map((run) => [run.info.runId, run]))
  client.setQueriesData<InfiniteData<RunsPage>>({ queryKey: ['runs', experimentId] }, (data) => {
    if (!data) return data
    const pages = data.pages.map((page) => ({
      ...page,
      runs: page.runs.map((run) => fresh.get(run.info.runId) ?? run),
    }))
    return { ...data, pages }
  })
}
