import { keepPreviousData, type QueryClient, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { api } from '../../api.ts'
import { quoted } from '../../parts/grammar.ts'

const PAGE = 100
/** So often a page asks what others have changed. */
export const LIVE_MS = 10_000

export const useModel = (name: string) =>
  useQuery({
    queryKey: ['model', name],
    queryFn: ({ signal }) => api.registeredModels.get({ name }, { signal }),
    refetchInterval: LIVE_MS,
  })

/** The versions of a model, newest first. */
export const useVersions = (name: string) =>
  useInfiniteQuery({
    queryKey: ['model', name, 'versions'],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.modelVersions.search(
        {
          // prompts are told apart by the tag, and here they are wanted as well
          filter: `name = ${quoted(name)} AND (tags.\`mlflow.prompt.is_prompt\` = 'true' OR tags.\`mlflow.prompt.is_prompt\` != 'true')`,
          orderBy: ['version_number DESC'],
          maxResults: PAGE,
          ...(pageParam && { pageToken: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    refetchInterval: LIVE_MS,
  })

export const useVersion = (name: string, version: number) =>
  useQuery({
    queryKey: ['model', name, 'version', version],
    queryFn: ({ signal }) => api.modelVersions.get({ name, version }, { signal }),
    refetchInterval: LIVE_MS,
  })

/** The versions as they were at a time. */
export const useAsOf = (name: string, timestamp: number | undefined) =>
  useQuery({
    queryKey: ['model', name, 'as-of', timestamp],
    enabled: timestamp !== undefined,
    queryFn: ({ signal }) => api.registry.asOf({ name, timestamp: timestamp! }, { signal }),
    placeholderData: keepPreviousData,
  })

/** What happened to a model, or to one version of it, newest first. */
export const useHistory = (name: string, version?: number) =>
  useInfiniteQuery({
    queryKey: ['model', name, 'history', version],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      api.registry.history(
        {
          name,
          maxResults: PAGE,
          ...(version !== undefined && { version }),
          ...(pageParam && { pageToken: pageParam }),
        },
        { signal },
      ),
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
    refetchInterval: LIVE_MS,
  })

/** Reads everything of a model again. */
export const refreshModel = (client: QueryClient, name: string) =>
  client.invalidateQueries({ queryKey: ['model', name] })
