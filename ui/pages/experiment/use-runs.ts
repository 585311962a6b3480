import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import type { ViewType } from '../../../src/wire/experiments.ts'
import { api } from '../../api.ts'

const PAGE = 100

export interface RunQuery {
  readonly experimentId: string
  readonly filter: string
  readonly order: string
  readonly view: ViewType
}

export interface RunsPage {
  readonly runs: Run[]
  readonly nextPageToken?: string
}

/** The runs of an experiment, page by page as they are scrolled to. */
export function useRuns({ experimentId, filter, order, view }: RunQuery) {
  return useInfiniteQuery({
    queryKey: ['runs', experimentId, filter, order, view],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }): Promise<RunsPage> =>
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
    placeholderData: keepPreviousData,
    retry: false,
  })
}

export const useCount = ({ experimentId, filter, view }: RunQuery) =>
  useQuery({
    queryKey: ['count', experimentId, filter, view],
    queryFn: ({ signal }) =>
      api.pages.countRuns({ experimentIds: [experimentId], runViewType: view, ...(filter && { filter }) }, { signal }),
    placeholderData: keepPreviousData,
    retry: false,
  })

export type Keys = Awaited<ReturnType<typeof api.pages.keys>>

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
