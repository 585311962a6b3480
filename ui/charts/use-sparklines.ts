import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { SampledSeries } from '../../src/wire/metrics.ts'
import { api } from '../api.ts'

const SPARK_POINTS = 24

/** The shapes of the series in some cells of the table, by run and key. */
export function useSparklines(runIds: readonly string[], keys: readonly string[]): ReadonlyMap<string, SampledSeries> {
  const query = useQuery({
    queryKey: ['series', keys, runIds],
    enabled: runIds.length > 0 && keys.length > 0,
    queryFn: ({ signal }) =>
      api.metrics.sample({ runIds: [...runIds], keys: [...keys], points: SPARK_POINTS }, { signal }),
    select: byCell,
    placeholderData: keepPreviousData,
  })
  return query.data ?? NONE
}

const byCell = ({ series }: { series: readonly SampledSeries[] }) =>
  new Map(series.map((each) => [cellName(each.runId, each.key), each]))

const NONE: ReadonlyMap<string, SampledSeries> = new Map()
/** Of a run's series, among others. */
export const cellName = (runId: string, key: string) => `${runId}/${key}`
