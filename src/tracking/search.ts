import { sql } from 'kysely'
import type { Db, Sql } from '../db/db.ts'
import { compileFilter, type Noun, type Predicate } from '../search/compile.ts'
import { experimentNoun } from '../search/experiments.ts'
import { isMeasuredOn, loggedModelNoun, type MeasuredOn } from '../search/logged-models.ts'
import { pageBy } from '../search/page.ts'
import { parseFilter } from '../search/parse.ts'
import type { ViewType } from '../wire/experiments.ts'
import { type ExperimentRow, toExperimentNumbers } from './experiments-store.ts'
import { checkCount } from './limits.ts'
import type { LoggedModelRow } from './logged-models-store.ts'

export const MOST_EXPERIMENTS = 10_000

export interface Page<Row> {
  readonly rows: Row[]
  /** Absent on the last page. */
  readonly nextPageToken?: string
}

export interface Search {
  readonly filter?: string | undefined
  readonly orderBy: readonly string[]
  readonly maxResults: number
  readonly pageToken?: string | undefined
}

interface ModelOrder extends Partial<MeasuredOn> {
  readonly fieldName: string
  readonly ascending: boolean
}

export async function searchExperiments(db: Db, search: Search & { viewType: ViewType }): Promise<Page<ExperimentRow>> {
  const { orderBy, filter, viewType, pageToken, maxResults } = search
  const asked = orderBy.length > 0
  const paging = pageBy(
    experimentNoun,
    orderBy,
    [
      ...(asked ? [] : [{ expression: sql.raw('e.creation_time'), type: 'number', descending: true } as const]),
      { expression: sql.raw('e.id'), type: 'number', descending: asked },
    ],
    pageToken,
  )
  const { rows } = await sql<ExperimentRow>`
    select e.*, ${paging.columns}
    from experiments e ${paging.joins}
    where ${ofView('e', viewType)} and ${toPredicate(filter, experimentNoun, db)} and ${paging.after}
    order by ${paging.orderBy}
    limit ${maxResults + 1}`.execute(db.kysely)
  return toPage(rows, maxResults, paging.nextToken)
}

export async function searchLoggedModels(
  db: Db,
  search: Omit<Search, 'orderBy'> & {
    readonly experimentIds: readonly string[]
    readonly orderBy: readonly ModelOrder[]
    readonly datasets: readonly MeasuredOn[]
  },
): Promise<Page<LoggedModelRow>> {
  const { experimentIds, orderBy, datasets, filter, pageToken, maxResults } = search
  const paging = pageBy(
    loggedModelNoun((metric) => orderBy.filter((order) => order.fieldName === `metrics.${metric}`).flatMap(datasetOf)),
    orderBy.map(({ fieldName, ascending }) => `${fieldName} ${ascending ? 'ASC' : 'DESC'}`),
    [
      { expression: sql.raw('m.creation_time'), type: 'number', descending: true },
      { expression: sql.raw('m.model_id'), type: 'text', descending: false },
    ],
    pageToken,
  )
  const condition = toPredicate(
    filter,
    loggedModelNoun(() => datasets),
    db,
  )
  const measured = datasets.length > 0 ? isMeasuredOn(datasets) : sql`1 = 1`
  if (experimentIds.length === 0) return { rows: [] }
  const { rows } = await sql<LoggedModelRow>`
    select m.*, ${paging.columns}
    from logged_models m ${paging.joins}
    where ${await ofExperiments('m', experimentIds, db)} and ${ofView('m', 'ACTIVE_ONLY')} and ${condition} and ${measured} and ${paging.after}
    order by ${paging.orderBy}
    limit ${maxResults + 1}`.execute(db.kysely)
  return toPage(rows, maxResults, paging.nextToken)
}

const datasetOf = ({ datasetName, datasetDigest }: ModelOrder): MeasuredOn[] =>
  datasetName ? [{ datasetName, datasetDigest }] : []

async function ofExperiments(alias: string, experimentIds: readonly string[], db: Sql): Promise<Predicate> {
  checkCount('experiment_ids', experimentIds, MOST_EXPERIMENTS)
  const ids = await toExperimentNumbers(db, experimentIds, 'experiment_ids')
  return sql`${sql.raw(`${alias}.experiment`)} in (${sql.join(ids)})`
}

export function toPredicate(filter: string | undefined, noun: Noun, { dialect }: Sql): Predicate {
  const condition = parseFilter(filter ?? '')
  return condition ? compileFilter(condition, noun, dialect) : sql`1 = 1`
}

export function ofView(alias: string, view: ViewType): Predicate {
  if (view === 'ALL') return sql`1 = 1`
  return sql`${sql.raw(`${alias}.lifecycle_stage`)} = ${view === 'ACTIVE_ONLY' ? 'active' : 'deleted'}`
}

export function toPage<Row extends object>(rows: Row[], most: number, nextToken: (row: Row) => string): Page<Row> {
  if (rows.length <= most) return { rows }
  const page = rows.slice(0, most)
  return { rows: page, nextPageToken: nextToken(page.at(-1)!) }
}
