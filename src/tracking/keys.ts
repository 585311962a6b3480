import type { Sql, Transaction } from '../db/db.ts'
import type { KeyKind } from '../db/tables.ts'

const IDS_REMEMBERED = 200_000

/** The key catalogue: names of metrics, params and tags as small numbers, once for each experiment. */
export interface KeyCatalogue {
  /** The ids of `names`, made where they are new. */
  idsOf(tx: Transaction, experiment: number, kind: KeyKind, names: readonly string[]): Promise<Map<string, number>>
}

/** A catalogue that remembers the ids it has seen committed; ids never change, so other processes cannot make it stale. */
export function keyCatalogue(): KeyCatalogue {
  const remembered = new Map<string, number>()
  const remember = (found: Iterable<[string, number]>) => {
    if (remembered.size > IDS_REMEMBERED) remembered.clear()
    for (const [place, id] of found) remembered.set(place, id)
  }

  return {
    async idsOf(tx, experiment, kind, names) {
      const ids = new Map<string, number>()
      const unknown: string[] = []
      for (const name of names) {
        const id = remembered.get(placeOf(experiment, kind, name))
        if (id === undefined) unknown.push(name)
        else ids.set(name, id)
      }
      if (unknown.length === 0) return ids
      const sorted = [...new Set(unknown)].sort() // one order in every process, so that inserts cannot deadlock
      await tx.insertMany(
        'keys',
        { experiment: 'bigint', kind: 'text', name: 'text' },
        sorted.map((name) => [experiment, kind, name]),
        'do nothing',
      )
      const found = await tx.kysely
        .selectFrom('keys')
        .select(['name', 'id'])
        .where('experiment', '=', experiment)
        .where('kind', '=', kind)
        .where('name', 'in', sorted)
        .execute()
      for (const { name, id } of found) ids.set(name, id)
      tx.onCommit(() => remember(found.map(({ name, id }) => [placeOf(experiment, kind, name), id])))
      return ids
    },
  }
}

/** Every key of the experiments, for column choices and completion. */
export async function listKeys(sql: Sql, experiments: readonly number[]): Promise<{ kind: KeyKind; name: string }[]> {
  if (experiments.length === 0) return []
  return await sql.kysely
    .selectFrom('keys')
    .select(['kind', 'name'])
    .distinct()
    .where('experiment', 'in', experiments)
    .orderBy('kind')
    .orderBy('name')
    .execute()
}

const placeOf = (experiment: number, kind: KeyKind, name: string) => `${experiment}/${kind}/${name}`
