import { type Endpoint, methodsOf, pathsOf } from '../../src/wire/endpoint.ts'
import type { Field, Schema } from '../../src/wire/schema.ts'

/** A message by its fields: `name` to type, which ends in `!` where the server insists on it. */
export type Shape = Readonly<Record<string, string>>

/** What MLflow has, as data. */
export interface Surface {
  readonly routes: readonly {
    readonly group: string
    readonly method: string
    readonly paths: readonly string[]
    readonly request: Shape
    readonly answer: Shape | 'bytes'
  }[]
  readonly messages: Readonly<Record<string, Shape>>
  readonly enums: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Every way in which endpoints lack what the surface has, one line each: `METHOD path field: what`. */
export function differences({ routes, messages, enums }: Surface, endpoints: readonly Endpoint[]): string[] {
  const served = new Map<string, Endpoint>(
    endpoints.flatMap((each) =>
      pathsOf(each).flatMap((path) => methodsOf(each).map((method) => [`${method} ${plain(path)}`, each] as const)),
    ),
  )
  return routes.flatMap(({ method, paths, request, answer }) =>
    paths.flatMap((path) => {
      const name: string = `${method} ${path}`
      const endpoint = served.get(name)
      if (!endpoint) return [`${name}: missing`]
      return [
        ...compareFields(`${name} >`, request, endpoint.request),
        ...(answer === 'bytes' ? [] : compareFields(`${name} <`, answer, endpoint.response)),
      ]
    }),
  )

  function compareFields(at: string, shape: Shape, schema: Schema<any, any>): string[] {
    if (schema.kind === 'response') return Object.keys(shape).length > 0 ? [`${at} an answer of another kind`] : []
    const fields = (schema as { fields?: readonly Field[] }).fields ?? []
    return Object.entries(shape).flatMap(([name, type]) => {
      const field = fields.find((each) => each.name === name || each.key === name || each.schema.legacy === name)
      return field ? compareType(`${at} ${name}`, type.replace('!', ''), field.schema) : [`${at} ${name}: missing`]
    })
  }

  function compareType(at: string, type: string, schema: Schema<any, any>): string[] {
    if (type.startsWith('repeated ')) {
      if (!schema.repeated || !schema.item) return [`${at}: ${schema.kind}, not ${type}`]
      return compareType(`${at}[]`, type.slice('repeated '.length), schema.item)
    }
    if (type.startsWith('enum ')) return compareEnum(at, enums[type.slice('enum '.length)]!, schema)
    const shape = messages[type]
    if (shape) return compareFields(at, shape, schema)
    return schema.kind.replace(', ', ',') === type ? [] : [`${at}: ${schema.kind}, not ${type}`]
  }

  function compareEnum(at: string, known: Readonly<Record<string, number>>, schema: Schema<any, any>): string[] {
    const { names = {} } = schema as { names?: Record<string, number> }
    return Object.entries(known).flatMap(([name, number]) => (names[name] === number ? [] : [`${at}: no ${name}`]))
  }
}

/** `:artifactPath{.+}` is `:artifact_path`. */
const plain = (path: string) =>
  path
    .replace(/\{[^}]*\}/g, '')
    .replace(/:(\w+)/g, (_, name: string) => `:${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`)
