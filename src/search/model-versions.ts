import { sql } from 'kysely'
import { type Expression, type Field, isSome, type Noun } from './compile.ts'
import { IS_PROMPT, whetherPrompt } from './registered-models.ts'

const ATTRIBUTES: Record<string, Field> = {
  name: attribute('text', sql.raw('m.name')),
  version_number: attribute('number', sql.raw('v.version')),
  run_id: attribute('text', sql.raw('v.run_id')),
  model_id: attribute('text', sql.raw('v.model_id')),
  source_path: attribute('text', sql.raw('v.source')),
  current_stage: attribute('text', sql.raw('v.stage')),
  creation_timestamp: attribute('time', sql.raw('v.creation_time')),
  last_updated_timestamp: attribute('time', sql.raw('v.last_update_time')),
}

/** Model versions, as `model_versions v` beside their `registered_models m` in the query. */
export const modelVersionNoun: Noun = {
  known: `tags.…, alias or an attribute (${Object.keys(ATTRIBUTES).join(', ')})`,
  field({ entity, name }) {
    if (entity === undefined || entity === 'attribute' || entity === 'attributes')
      return name === 'alias' ? alias : Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
    if (entity !== 'tag' && entity !== 'tags') return undefined
    return name === IS_PROMPT ? whetherPrompt : tag(name)
  },
}

const alias: Field = ofVersion(sql`from model_aliases a where a.model = v.model and a.version = v.version`, 'a.alias')

const tag = (name: string): Field =>
  ofVersion(
    sql`from model_version_tags t where t.model = v.model and t.version = v.version and t.key = ${name}`,
    't.value',
  )

function attribute(type: Field['type'], value: Expression): Field {
  return { type, where: (holds) => holds(value), present: sql`1 = 1`, order: { value: () => value } }
}

function ofVersion(found: Expression, value: string): Field {
  return {
    type: 'text',
    where: (holds) => isSome(sql`${found} and ${holds(sql.raw(value))}`),
    present: isSome(found),
  }
}
