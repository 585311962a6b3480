import { ApiError } from '../wire/errors.ts'
import type { Columns } from './database-columns.ts'
import type { Foreign } from './foreign.ts'
import type { Omission } from './source.ts'

/** What older revisions do not have. */
const YOUNGER: readonly [what: string, table: string, column?: string][] = [
  ['tags of experiments', 'experiment_tags'],
  ['times of experiments', 'experiments', 'creation_time'],
  ['names of runs, for which their tags count', 'runs', 'name'],
  ['times at which runs were deleted', 'runs', 'deleted_time'],
  ['steps of metrics', 'metrics', 'step'],
  ['datasets', 'datasets'],
  ['logged models', 'logged_models'],
]

const READ = new Set(
  `experiments experiment_tags runs params tags metrics datasets inputs input_tags logged_models logged_model_params
   logged_model_tags logged_model_metrics`.split(/\s+/),
)
/** What follows from the rest, or belongs to a server at work. */
const NO_CONTENT = new Set(
  `alembic_version alembic_version_auth latest_metrics sql_trace_metric_daily_rollups sql_span_cost_daily_rollups
   sql_assessment_daily_rollups sql_trace_rollup_rebuild_queue job_locks scheduler_leases sqlite_sequence sqlite_stat1
   sqlite_stat4`.split(/\s+/),
)
/** Tables whose names are not what users call them; every other is called by its name. */
const WORDS: Record<string, string> = {
  trace_info: 'traces',
  registered_model_tags: 'tags of registered models',
  registered_model_aliases: 'aliases of registered models',
  model_version_tags: 'tags of model versions',
  users: 'accounts',
}

/** @throws ApiError `INVALID_PARAMETER_VALUE` for a database that is none of MLflow's. */
export async function readRevision(db: Foreign, columns: Columns): Promise<string> {
  if (!columns.has('alembic_version') || !columns.has('experiments') || !columns.has('runs')) {
    const ours = columns.has('millrace_schema') ? ': it is one of Millrace' : ''
    throw new ApiError('INVALID_PARAMETER_VALUE', `${db.name} is not a database of MLflow${ours}`)
  }
  const [row] = await db.all('select version_num from alembic_version')
  return String(row?.['version_num'] ?? 'none')
}

export const lacksOf = (columns: Columns): string[] =>
  YOUNGER.filter(([, table, column]) => !(column ? columns.get(table)?.has(column) : columns.has(table))).map(
    ([what]) => what,
  )

/** Every table with rows that are not read. */
export async function omissionsOf(db: Foreign, columns: Columns): Promise<Omission[]> {
  const found: Omission[] = []
  for (const table of [...columns.keys()].sort()) {
    if (READ.has(table) || NO_CONTENT.has(table)) continue
    const others = table === 'workspaces' ? ` where name <> 'default'` : ''
    const [row] = await db.all(`select count(*) as n from ${db.quote(table)}${others}`)
    const count = Number(row!['n'])
    if (count > 0) found.push({ what: WORDS[table] ?? table.replaceAll('_', ' '), count })
  }
  return found
}
