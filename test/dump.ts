import { sql } from 'kysely'
import type { Db } from '../src/db/db.ts'

const TABLES = [
  'experiments',
  'experiment_tags',
  'keys',
  'runs',
  'params',
  'tags',
  'metric_series',
  'metric_tail',
  'metric_chunks',
  'datasets',
  'inputs',
  'input_tags',
  'run_models',
  'logged_models',
  'logged_model_params',
  'logged_model_tags',
]

/** Everything that a store holds, as text: equal before and after what must change nothing. */
export async function dump({ kysely }: Db): Promise<string> {
  const lines: string[] = []
  for (const table of TABLES) {
    const { rows } = await sql`select * from ${sql.table(table)}`.execute(kysely)
    lines.push(...rows.map((row) => `${table} ${JSON.stringify(row)}`))
  }
  return lines.sort().join('\n')
}
