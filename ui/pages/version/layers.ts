import type { LineageNode } from '../../../src/wire/lineage.ts'

export const BOX = { width: 208, height: 46 }
const GAP = { x: 56, y: 14 }
const SWEEPS = 4

/** `to` was made from `from`. */
export interface Edge {
  readonly from: string
  readonly to: string
}

export interface Place {
  readonly x: number
  readonly y: number
}

export interface Drawing {
  readonly places: ReadonlyMap<string, Place>
  readonly width: number
  readonly height: number
}

/** Lays a graph out from left to right: each node right of all that it was made from, near to what it is joined with. */
export function layOut(nodes: readonly LineageNode[], edges: readonly Edge[]): Drawing {
  const before = Map.groupBy(edges, ({ to }) => to)
  const after = Map.groupBy(edges, ({ from }) => from)
  const depths = depthsOf(nodes, before)
  const columns = [...Map.groupBy(nodes, ({ id }) => depths.get(id)!)]
    .sort(([a], [b]) => a - b)
    .map(([, column]) => column.map(({ id }) => id))

  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const downwards = sweep % 2 === 0
    const at = new Map(columns.flatMap((column) => column.map((id, i) => [id, (i + 0.5) / column.length] as const)))
    const joined = (id: string) =>
      downwards ? before.get(id)?.map(({ from }) => from) : after.get(id)?.map(({ to }) => to)
    const wish = (id: string) => mean(joined(id)?.map((each) => at.get(each)!)) ?? at.get(id)!
    for (const column of columns) column.sort((a, b) => wish(a) - wish(b))
  }

  const tallest = Math.max(...columns.map((column) => column.length))
  const height = tallest * (BOX.height + GAP.y) - GAP.y
  const places = columns.flatMap((column, depth) => {
    const top = (height - (column.length * (BOX.height + GAP.y) - GAP.y)) / 2
    return column.map((id, i) => [id, { x: depth * (BOX.width + GAP.x), y: top + i * (BOX.height + GAP.y) }] as const)
  })
  return { places: new Map(places), width: columns.length * (BOX.width + GAP.x) - GAP.x, height }
}

/** How many steps away the farthest origin of each node is; a circle is cut where it closes. */
function depthsOf(nodes: readonly LineageNode[], before: ReadonlyMap<string, readonly Edge[]>) {
  const depths = new Map<string, number>()
  const onTheWay = new Set<string>()
  const depthOf = (id: string): number => {
    const known = depths.get(id)
    if (known !== undefined) return known
    onTheWay.add(id)
    const origins = (before.get(id) ?? []).filter(({ from }) => !onTheWay.has(from))
    const depth = Math.max(-1, ...origins.map(({ from }) => depthOf(from))) + 1
    onTheWay.delete(id)
    depths.set(id, depth)
    return depth
  }
  for (const { id } of nodes) depthOf(id)
  return depths
}

const mean = (values: readonly number[] | undefined) =>
  values && values.length > 0 ? values.reduce((sum, value) => sum + value, 0) / values.length : undefined
