import { type InfiniteData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import type { ViewType } from '../../../src/wire/experiments.ts'
import type { SampledSeries } from '../../../src/wire/metrics.ts'
import { api, baseUrl } from '../../api.ts'

const PAGE = 100

export interface RunQuery {
  readonly experimentId: string
  readonly filter: string
  readonly order: string
  readonly view: ViewType
}

interface Page {
  readonly runs: Run[]
  readonly nextPageToken?: string
}

/** The runs of an experiment, page by page as they are scrolled to. */
export function useRuns({ experimentId, filter, order, view }: RunQuery) {
  return useInfiniteQuery({
    queryKey: ['runs', experimentId, filter, order, view],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }): Promise<Page> =>
      api.runs.search(
        {
          experimentIds: [experimentId],
          maxResults: PAGE,
          runViewType: view,
          ...(filter && { filter }),
          ...(order && { orderBy: [order] }),
          ...(pageParam && { pageToken: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    placeholderData: (before) => before,
    retry: false,
  })
}

export const useCount = ({ experimentId, filter, view }: RunQuery) =>
  useQuery({
    queryKey: ['count', experimentId, filter, view],
    queryFn: ({ signal }) =>
      api.pages.countRuns({ experimentIds: [experimentId], runViewType: view, ...(filter && { filter }) }, { signal }),
    placeholderData: (before) => before,
    retry: false,
  })

export const useKeys = (experimentId: string) =>
  useQuery({
    queryKey: ['keys', experimentId],
    queryFn: ({ signal }) => api.pages.keys({ experimentIds: [experimentId] }, { signal }),
  })

/** The last value there was of a thing: what is shown stays until the new is there, or an error is mended. */
export function useKept<T>(value: T | undefined, of: string): T | undefined {
  const [kept, keep] = useState({ value, of })
  if (value !== undefined && (value !== kept.value || of !== kept.of)) keep({ value, of })
  return value ?? (of === kept.of ? kept.value : undefined)
}

const SPARK_POINTS = 24

/** The shapes of the series in some cells of the table, by run and key. */
export function useSparklines(runIds: readonly string[], keys: readonly string[]): ReadonlyMap<string, SampledSeries> {
  const query = useQuery({
    queryKey: ['series', keys, runIds],
    enabled: runIds.length > 0 && keys.length > 0,
    queryFn: ({ signal }) =>
      api.metrics.sample({ runIds: [...runIds], keys: [...keys], points: SPARK_POINTS }, { signal }),
    select: ({ series }) => new Map(series.map((each) => [cellName(each.runId, each.key), each])),
    placeholderData: (before) => before,
  })
  return query.data ?? NONE
}

const NONE: ReadonlyMap<string, SampledSeries> = new Map()
export const cellName = (runId: string, key: string) => `${runId}/${key}`

/** Follows what is logged: changed rows are fetched again, and the charts with them. */
export function useLive(experimentId: string): void {
  const client = useQueryClient()
  useEffect(() => {
    const source = new EventSource(
      `${baseUrl}/ajax-api/3.0/millrace/live?experiment_ids=${encodeURIComponent(experimentId)}`,
    )
    let pending = Promise.resolve()
    source.addEventListener('runs', ({ data }: MessageEvent<string>) => {
      const { run_ids: runIds } = JSON.parse(data) as { run_ids: string[] }
      pending = pending
        .then(() => refresh(runIds))
        .catch(() => client.invalidateQueries({ queryKey: ['runs', experimentId] }))
    })
    return () => source.close()

    async function refresh(runIds: readonly string[]): Promise<void> {
      const known = new Set(
        client
          .getQueriesData<InfiniteData<Page>>({ queryKey: ['runs', experimentId] })
          .flatMap(([, data]) => data?.pages.flatMap(({ runs }) => runs.map(({ info }) => info.runId)) ?? []),
      )
      const changed = new Set(runIds)
      await client.invalidateQueries({
        queryKey: ['run'],
        predicate: ({ queryKey }) => changed.has(queryKey[1] as string),
      })
      await client.invalidateQueries({
        queryKey: ['series'],
        predicate: ({ queryKey }) => (queryKey[2] as string[]).some((id) => changed.has(id)),
      })
      if (known.size === 0 && runIds.length === 0) return
      if (runIds.some((id) => !known.has(id)) || runIds.length > PAGE) {
        await Promise.all(
          ['runs', 'count', 'keys'].map((key) => client.invalidateQueries({ queryKey: [key, experimentId] })),
        )
        return
      }
      const { runs } = await api.runs.search({
        experimentIds: [experimentId],
        filter: `run_id IN (${runIds.map((id) => `'${id}'`).join(', ')})`,
        runViewType: 'ALL',
      })
      const fresh = new Map(runs.map((run) => [run.info.runId, run]))
      client.setQueriesData<InfiniteData<Page>>(
        { queryKey: ['runs', experimentId] },
        (data) =>
          data && {
            ...data,
            pages: data.pages.map((page) => ({
              ...page,
              runs: page.runs.map((run) => fresh.get(run.info.runId) ?? run),
            })),
          },
      )
    }
  }, [client, experimentId])
}
