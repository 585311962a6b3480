import { sql } from 'kysely'
import type { Db } from '../db/db.ts'
import { modelVersionNoun } from '../search/model-versions.ts'
import { pageBy } from '../search/page.ts'
import { type Condition, parseFilter } from '../search/parse.ts'
import { registeredModelNoun } from '../search/registered-models.ts'
import { type Page, type Search, toPage, toPredicate } from '../tracking/search.ts'
import type { ModelRow } from './models-store.ts'
import { IS_PROMPT } from './prompts.ts'
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

/** Prompts live among models, and are found only by a filter that asks for them. */
function promptsOf(filter: string | undefined) {
  const condition = parseFilter(filter ?? '')
  return condition && asksForPrompts(condition) ? sql`1 = 1` : sql`m.is_prompt = 0`
}

function asksForPrompts(condition: Condition): boolean {
  if (condition.kind === 'not') return asksForPrompts(condition.part)
  if (condition.kind !== 'clause') return condition.parts.some(asksForPrompts)
  const { key, operator, values } = condition
  if ((key.entity !== 'tag' && key.entity !== 'tags') || key.name !== IS_PROMPT) return false
  return values[0]?.value === (operator === '!=' ? 'false' : 'true')
}
