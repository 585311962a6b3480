import { sql } from 'kysely'
import { type Expression, type Field, isSome, type Noun } from './compile.ts'

/** The tag that makes a registered model a prompt. */
export const IS_PROMPT = 'mlflow.prompt.is_prompt'

/** Clients ask for models by `!= 'true'`, and mean those too that do not have the tag. */
export const whetherPrompt: Field = attribute('text', sql.raw(`case m.is_prompt when 1 then 'true' else 'false' end`))

const ATTRIBUTES: Record<string, Field> = {
  name: attribute('text', sql.raw('m.name')),
  creation_timestamp: attribute('time', sql.raw('m.creation_time')),
  last_updated_timestamp: attribute('time', sql.raw('m.last_update_time')),
}

/** Registered models, as `registered_models m` in the query. */
export const registeredModelNoun: Noun = {
  known: `tags.… or an attribute (${Object.keys(ATTRIBUTES).join(', ')})`,
  field({ entity, name }) {
    if (entity === undefined || entity === 'attribute' || entity === 'attributes') {
      const known = name === 'timestamp' ? 'last_updated_timestamp' : name
      return Object.hasOwn(ATTRIBUTES, known) ? ATTRIBUTES[known] : undefined
    }
    if (entity !== 'tag' && entity !== 'tags') return undefined
    return name === IS_PROMPT ? whetherPrompt : tag(name)
  },
}

function attribute(type: Field['type'], value: Expression): Field {
  return { type, where: (holds) => holds(value), present: sql`1 = 1`, order: { value: () => value } }
}

function tag(name: string): Field {
  const found = sql`from registered_model_tags t where t.model = m.id and t.key = ${name}`
  return {
    type: 'text',
    where: (holds) => isSome(sql`${found} and ${holds(sql.raw('t.value'))}`),
    present: isSome(found),
  }
}
