import { sql } from 'kysely'
import type { Db } from '../db/db.ts'
import { modelVersionNoun } from '../search/model-versions.ts'
import { pageBy } from '../search/page.ts'
import { type Condition, parseFilter } from '../search/parse.ts'
import { IS_PROMPT, registeredModelNoun } from '../search/registered-models.ts'
import { type Page, type Search, toPage, toPredicate } from '../tracking/search.ts'
import type { ModelRow } from './models-store.ts'
import type { VersionRow } from './versions-store.ts'

export async function searchModels(
  db: Db,
  { orderBy, filter, pageToken, maxResults }: Search,
): Promise<Page<ModelRow>> {
  const paging = pageBy(
    registeredModelNoun,
    orderBy,
    [{ expression: sql.raw('m.name'), type: 'text', descending: false }],
    pageToken,
  )
  const { rows } = await sql<ModelRow>`
    select m.*, ${paging.columns}
    from registered_models m ${paging.joins}
    where ${toPredicate(filter, registeredModelNoun, db)} and ${promptsOf(filter)} and ${paging.after}
    order by ${paging.orderBy}
    limit ${maxResults + 1}`.execute(db.kysely)
  return toPage(rows, maxResults, paging.nextToken)
}

export async function searchVersions(
  db: Db,
  { orderBy, filter, pageToken, maxResults }: Search,
): Promise<Page<VersionRow>> {
  const paging = pageBy(
    modelVersionNoun,
    orderBy,
    [
      { expression: sql.raw('v.last_update_time'), type: 'number', descending: true },
      { expression: sql.raw('m.name'), type: 'text', descending: false },
      { expression: sql.raw('v.version'), type: 'number', descending: true },
    ],
    pageToken,
  )
  const { rows } = await sql<VersionRow>`
    select v.*, m.name, ${paging.columns}
    from model_versions v join registered_models m on m.id = v.model ${paging.joins}
    where ${toPredicate(filter, modelVersionNoun, db)} and ${promptsOf(filter)} and ${paging.after}
    order by ${paging.orderBy}
    limit ${maxResults + 1}`.execute(db.kysely)
  return toPage(rows, maxResults, paging.nextToken)
}

/** Prompts live among models, and count only for a filter that says whether it wants them. */
function promptsOf(filter: string | undefined) {
  const condition = parseFilter(filter ?? '')
  return condition && saysWhether(condition) ? sql`1 = 1` : sql`m.is_prompt = 0`
}

function saysWhether(condition: Condition): boolean {
  if (condition.kind === 'not') return saysWhether(condition.part)
  if (condition.kind !== 'clause') return condition.parts.some(saysWhether)
  const { entity, name } = condition.key
  return (entity === 'tag' || entity === 'tags') && name === IS_PROMPT
}
