import { sql } from 'kysely'
import { type Expression, type Field, isSome, type Noun } from './compile.ts'

const ATTRIBUTES: Record<string, Field> = {
  name: attribute('text', sql.raw('e.name')),
  experiment_id: {
    ...attribute('text', sql.raw('coalesce(e.long_id, cast(e.id as text))')),
    order: { value: () => sql.raw('e.id'), type: 'number' },
  },
  creation_time: attribute('time', sql.raw('e.creation_time')),
  last_update_time: attribute('time', sql.raw('e.last_update_time')),
}

/** Experiments, as `experiments e` in the query. */
export const experimentNoun: Noun = {
  known: `tags.… or an attribute (${Object.keys(ATTRIBUTES).join(', ')})`,
  field({ entity, name }) {
    if (entity === undefined || entity === 'attribute')
      return Object.hasOwn(ATTRIBUTES, name) ? ATTRIBUTES[name] : undefined
    return entity === 'tag' || entity === 'tags' ? tag(name) : undefined
  },
}

function attribute(type: Field['type'], value: Expression): Field {
  return { type, where: (holds) => holds(value), present: sql`1 = 1`, order: { value: () => value } }
}

function tag(name: string): Field {
  const found = sql`from experiment_tags t where t.experiment = e.id and t.key = ${name}`
  return {
    type: 'text',
    where: (holds) => isSome(sql`${found} and ${holds(sql.raw('t.value'))}`),
    present: isSome(found),
  }
}
