import { sql } from 'kysely'
import type { Db, Sql } from '../db/db.ts'
import type { KeyKind } from '../db/tables.ts'
import { compileFilter, type Expression, type Predicate } from '../search/compile.ts'
import { lookupsOf } from '../search/lookups.ts'
import { pageBy, type Paging } from '../search/page.ts'
import { type Clause, type Condition, parseFilter, parseOrder } from '../search/parse.ts'
import { type FindKey, keysOf, runNoun } from '../search/runs.ts'
import type { ViewType } from '../wire/experiments.ts'
import { toExperimentNumbers } from './experiments-store.ts'
import { checkCount } from './limits.ts'
import type { RunRow } from './runs-store.ts'
import { MOST_EXPERIMENTS, ofView, type Page, type Search, toPage } from './search.ts'

/** So many runs are looked up by an index before the search would rather walk through runs in its order. */
const MOST_LOOKED_UP = 4000
/** Indexes that are asked for it. */
const MOST_LOOKUPS = 4
/** In more experiments the ids of keys are not asked for beforehand, nor runs read experiment by experiment. */
const FEW_EXPERIMENTS = 64

interface RunFilter {
  readonly experimentIds: readonly string[]
  readonly filter?: string | undefined
  readonly runViewType: ViewType
}

/**
 * Finds runs in one of three ways, the first that will do:
 *
 * - an index says that few runs can meet the filter: these are read and sorted;
 * - an index has the order: runs are read in it until the page is full;
 * - all are read and sorted.
 */
export async function searchRuns(db: Db, search: Search & RunFilter): Promise<Page<RunRow>> {
  const { orderBy, pageToken, maxResults } = search
  const { experiments, condition, noun } = await prepare(db, search)
  const paging = pageBy(
    noun,
    orderBy,
    [
      { expression: sql.raw('r.start_time'), type: 'number', descending: true },
      { expression: sql.raw('r.run_id'), type: 'text', descending: false },
    ],
    pageToken,
  )
  const filter = condition ? compileFilter(condition, noun, db.dialect) : sql<boolean>`1 = 1`
  if (experiments.length === 0) return { rows: [] }
  const most = maxResults + 1
  const found = condition && (await lookUp(db, lookupsOf(condition, noun, db.dialect)))
  const rows = found
    ? await among(db, found, experiments, search.runViewType, filter, paging, most)
    : paging.walks
      ? await walk(db, sql`${inView(experiments, search.runViewType)} and ${filter}`, paging.walks, most)
      : await read(db, experiments, search, filter, paging, most)
  return toPage(rows, maxResults, paging.nextToken)
}

/** @param most - Counting ends here. */
export async function countRuns(db: Db, search: RunFilter, most: number): Promise<number> {
  const { experiments, condition, noun } = await prepare(db, search)
  const filter = condition ? compileFilter(condition, noun, db.dialect) : sql<boolean>`1 = 1`
  if (experiments.length === 0) return 0
  const found = condition && (await lookUp(db, lookupsOf(condition, noun, db.dialect)))
  const where = found
    ? sql`${isOneOf(db, found)} and ${inView(experiments, search.runViewType, '+')} and ${filter}`
    : sql`${inView(experiments, search.runViewType)} and ${filter}`
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from (select 1 from runs r where ${where} limit ${most}) counted`.execute(db.kysely)
  return rows[0]!.n
}

/** Checks what is asked, also where no experiment is named, and so no run can be meant. */
async function prepare(db: Db, { experimentIds, filter, orderBy }: RunFilter & Partial<Search>) {
  const condition = parseFilter(filter ?? '')
  checkCount('experiment_ids', experimentIds, MOST_EXPERIMENTS)
  const experiments = await toExperimentNumbers(db, experimentIds, 'experiment_ids')
  const asked = [...clausesOf(condition), ...(orderBy ?? []).map(parseOrder)].flatMap(({ key }) => keysOf(key))
  return { experiments, condition, noun: runNoun(await findKeys(db, experiments, asked)) }
}

function clausesOf(condition: Condition | undefined): readonly Clause[] {
  if (!condition) return []
  if (condition.kind === 'clause') return [condition]
  return (condition.kind === 'not' ? [condition.part] : condition.parts).flatMap(clausesOf)
}

/** Asks once for the ids of all keys, so that the statement of the search need not look for them. */
async function findKeys(
  db: Db,
  experiments: readonly number[],
  asked: readonly (readonly [kind: KeyKind, name: string])[],
): Promise<FindKey> {
  if (asked.length === 0) return () => ({ ids: sql`(null)`, count: 0 })
  const few = experiments.length <= FEW_EXPERIMENTS
  let query = db.kysely
    .selectFrom('keys')
    .select(['id', 'kind', 'name'])
    .where('name', 'in', [...new Set(asked.map(([, name]) => name))])
  if (few) query = query.where('experiment', 'in', experiments.length > 0 ? experiments : [-1])
  const known = Map.groupBy(await query.execute(), ({ kind, name }) => `${kind}.${name}`)
  return (kind, name) => {
    const ids = known.get(`${kind}.${name}`)?.map(({ id }) => id) ?? []
    if (ids.length > FEW_EXPERIMENTS)
      return { ids: sql`(select id from keys where kind = ${kind} and name = ${name})`, count: ids.length }
    return { ids: ids.length > 0 ? sql`(${sql.join(ids)})` : sql`(null)`, count: ids.length }
  }
}

/** The ids of all runs that can meet a filter, and some more; nothing when they may be many. */
async function lookUp(db: Db, lookups: readonly Expression[]): Promise<number[] | undefined> {
  for (const lookup of lookups.slice(0, MOST_LOOKUPS)) {
    const { rows } = await sql<{ id: number }>`${lookup} limit ${MOST_LOOKED_UP + 1}`.execute(db.kysely)
    if (rows.length <= MOST_LOOKED_UP) return rows.map(({ id }) => id)
  }
  return undefined
}

async function among(
  db: Db,
  ids: readonly number[],
  experiments: readonly number[],
  view: ViewType,
  filter: Predicate,
  { columns, joins, after, orderBy }: Paging,
  most: number,
): Promise<RunRow[]> {
  const { rows } = await sql<RunRow>`
    select r.*, ${columns}
    from runs r ${joins}
    where ${isOneOf(db, ids)} and ${inView(experiments, view, '+')} and ${filter} and ${after}
    order by ${orderBy}
    limit ${most}`.execute(db.kysely)
  return rows
}

async function walk(db: Db, where: Expression, walks: NonNullable<Paging['walks']>, most: number): Promise<RunRow[]> {
  const found: RunRow[] = []
  for (const { from, where: part, columns, after, orderBy } of walks) {
    const { rows } = await sql<RunRow>`
      select r.*, ${columns}
      from ${from ? sql`${from} cross join runs r` : sql`runs r`}
      where ${part} and ${where} and ${after}
      order by ${orderBy}
      limit ${most - found.length}`.execute(db.kysely)
    found.push(...rows)
    if (found.length === most) break
  }
  return found
}

/** Reads in an order of the runs' own, experiment by experiment since an index has the order of each. */
async function read(
  db: Db,
  experiments: readonly number[],
  { runViewType, orderBy }: RunFilter & Search,
  filter: Predicate,
  { columns, joins, after, orderBy: order }: Paging,
  most: number,
): Promise<RunRow[]> {
  const select = (where: Predicate) => sql<RunRow>`
    select r.*, ${columns}
    from runs r ${joins}
    where ${where} and ${filter} and ${after}
    order by ${order}
    limit ${most}`
  const stages = runViewType === 'ALL' ? (['ACTIVE_ONLY', 'DELETED_ONLY'] as const) : [runViewType]
  const parts = experiments.flatMap((experiment) => stages.map((stage) => inView([experiment], stage)))
  if (parts.length === 1 || parts.length > FEW_EXPERIMENTS || orderBy.length > 0)
    return (await select(inView(experiments, runViewType)).execute(db.kysely)).rows
  const { rows } = await sql<RunRow>`
    select * from (${sql.join(
      parts.map((part, i) => sql`select * from (${select(part)}) ${sql.raw(`p${i}`)}`),
      sql` union all `,
    )}) parts
    order by t0 desc, t1
    limit ${most}`.execute(db.kysely)
  return rows
}

const isOneOf = ({ dialect }: Sql, ids: readonly number[]): Predicate => {
  const [before, after] = dialect.numbers.split('?')
  return sql`r.id in (${sql.raw(before!)}${JSON.stringify(ids)}${sql.raw(after!)})`
}

/** @param hide - `+` keeps the databases from finding the runs by their experiment. */
const inView = (experiments: readonly number[], view: ViewType, hide: '+' | '' = ''): Predicate =>
  sql`${sql.raw(`${hide}r.experiment`)} in (${sql.join(experiments)}) and ${ofView('r', view)}`
