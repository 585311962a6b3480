import type * as Graphql from 'graphql'
import type { Field, Schema } from '../wire/schema.ts'

type Any = Schema<any, any>

type Output = Graphql.GraphQLScalarType | Graphql.GraphQLObjectType | Graphql.GraphQLEnumType | Graphql.GraphQLList<any>

/** A field that only GraphQL has, beside those of a message. */
export interface Extra {
  readonly schema: Any
  readonly resolve: Graphql.GraphQLFieldResolver<any, any>
}

/** Makes GraphQL's types of messages of the wire, each once. */
export interface TypeMaker {
  output(schema: Any): Output
  /** The fields of a message, to make a type with more of them. */
  fields(schema: Any): Graphql.GraphQLFieldConfigMap<any, any>
  input(name: string, schema: Any): Graphql.GraphQLInputObjectType
}

/**
 * GraphQL's types as MLflow makes them of its messages: names in camelCase,
 * int64 as text, a number that JSON does not have as null, and a scalar that
 * is absent as '', 0 or false.
 *
 * @param extras - By the message's name, what it has beside its fields.
 */
export function createTypeMaker(graphql: typeof Graphql, extras: Record<string, Record<string, Extra>>): TypeMaker {
  const long = new graphql.GraphQLScalarType<unknown, unknown>({
    name: 'LongString',
    serialize: String,
    parseValue: String,
  })
  const float = new graphql.GraphQLScalarType<unknown, unknown>({
    name: 'Float',
    serialize: (value) => (Number.isFinite(value) ? value : null),
  })
  const scalars: Record<string, [type: Graphql.GraphQLScalarType, absent: unknown]> = {
    string: [graphql.GraphQLString, ''],
    int64: [long, 0],
    int32: [graphql.GraphQLInt, 0],
    double: [float, 0],
    bool: [graphql.GraphQLBoolean, false],
  }
  const outputs = new Map<string, Output>()
  const enums = new Map<string, Graphql.GraphQLEnumType>()

  return { output, fields, input }

  function output(schema: Any): Output {
    if (schema.repeated) return new graphql.GraphQLList(new graphql.GraphQLNonNull(output(schema.item!)))
    const scalar = scalars[schema.kind]?.[0] ?? enumOf(schema)
    if (scalar) return scalar
    const known = outputs.get(schema.kind)
    if (known) return known
    const made = new graphql.GraphQLObjectType({ name: `Mlflow${schema.kind}`, fields: () => fields(schema) })
    outputs.set(schema.kind, made)
    return made
  }

  function fields(schema: Any): Graphql.GraphQLFieldConfigMap<any, any> {
    const own = fieldsOf(schema).map(({ key, schema }) => [
      key,
      { type: output(schema), resolve: valueOf(key, schema) },
    ])
    const more = Object.entries(extras[schema.kind] ?? {}).map(([key, { schema, resolve }]) => [
      key,
      { type: output(schema), resolve },
    ])
    return Object.fromEntries([...own, ...more])
  }

  function valueOf(key: string, schema: Any): Graphql.GraphQLFieldResolver<any, any> {
    const absent = schema.repeated ? [] : (scalars[schema.kind]?.[1] ?? null)
    return (source) => source[key] ?? absent
  }

  function input(name: string, schema: Any): Graphql.GraphQLInputObjectType {
    const all = fieldsOf(schema).flatMap(({ key, schema }) => [
      [key, { type: inputType(schema) }],
      ...(schema.legacy ? [[toCamel(schema.legacy), { type: inputType(schema) }]] : []),
    ])
    return new graphql.GraphQLInputObjectType({ name, fields: Object.fromEntries(all) })
  }

  function inputType(schema: Any): Graphql.GraphQLInputType {
    if (schema.repeated) return new graphql.GraphQLList(inputType(schema.item!))
    return scalars[schema.kind]?.[0] ?? enumOf(schema) ?? graphql.GraphQLString
  }

  function enumOf({ kind, ...schema }: Any): Graphql.GraphQLEnumType | undefined {
    const { names } = schema as { names?: Record<string, number> }
    if (!names) return undefined
    const made =
      enums.get(kind) ??
      new graphql.GraphQLEnumType({
        name: `Mlflow${kind}`,
        values: Object.fromEntries(Object.keys(names).map((name) => [name, {}])),
      })
    enums.set(kind, made)
    return made
  }
}

const fieldsOf = (schema: Any) => (schema as { fields?: readonly Field[] }).fields ?? []

const toCamel = (snake: string) => snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
