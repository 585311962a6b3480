/**
 * The wire's own conventions, as values: proto3 JSON the way MLflow speaks it.
 *
 * Names travel in snake_case and are read in either case; int64 travels as a
 * number and is read from numeric strings too; NaN travels as a string; what
 * is absent is left out; an unknown enum name counts as absent.
 */
import { type ApiError, invalid, missing } from './errors.ts'

/** How values of one kind are read from JSON and written to it. `In` is what a writer may give, `Out` what a reader gets. */
export interface Schema<Out, In = Out> {
  readonly kind: string
  /** What a reader gets when nothing was sent; without it the field is required. */
  readonly absent?: () => Out
  /** A list: a repeated key in a query string. */
  readonly repeated?: true
  /** What a list or a map holds. */
  readonly item?: Schema<any, any>
  /** The name older clients use for the field. */
  readonly legacy?: string
  /** @throws Mismatch */
  read(json: unknown): Out
  write(value: In): unknown
  /** The JSON text of what `write` gives, where there is a shorter way to it. */
  text?(value: In): string | undefined
}

/** The JSON text of a value; nothing where it has none. */
export const textOf = <In>(schema: Schema<any, In>, value: In): string | undefined =>
  schema.text ? schema.text(value) : JSON.stringify(schema.write(value))

export type Value<S> = S extends Schema<infer Out, any> ? Out : never
export type Input<S> = S extends Schema<any, infer In> ? In : never

type Fields = Record<string, Schema<any, any>>
type OptionalIn<F extends Fields> = { [K in keyof F]: undefined extends Input<F[K]> ? K : never }[keyof F]
type OptionalOut<F extends Fields> = { [K in keyof F]: undefined extends Value<F[K]> ? K : never }[keyof F]
type Flat<T> = { [K in keyof T]: T[K] }
type MessageIn<F extends Fields> = Flat<
  { [K in Exclude<keyof F, OptionalIn<F>>]: Input<F[K]> } & { [K in OptionalIn<F>]?: Input<F[K]> }
>
type MessageOut<F extends Fields> = Flat<
  { [K in Exclude<keyof F, OptionalOut<F>>]: Value<F[K]> } & { [K in OptionalOut<F>]?: Value<F[K]> }
>

export interface Message<Out, In> extends Schema<Out, In> {
  readonly fields: readonly Field[]
  /** Reads a query string, whose values are all text. */
  readQuery(query: URLSearchParams): Out
}

export interface Field {
  readonly key: string
  /** The name on the wire. */
  readonly name: string
  readonly schema: Schema<any, any>
}

/** A value that is not what its schema says; containers add the way to it, `readOrThrow` makes it a sentence. */
class Mismatch {
  path = ''
  readonly expected: string | undefined
  readonly found: unknown

  constructor(expected: string | undefined, found: unknown) {
    this.expected = expected
    this.found = found
  }

  within(step: string): this {
    this.path = step + (this.path && !this.path.startsWith('[') ? '.' : '') + this.path
    return this
  }

  toError(): ApiError {
    if (this.expected === undefined) return missing(this.path)
    return invalid(this.path || 'body', `expected ${this.expected}, got ${brief(this.found)}`)
  }
}

/** Text; the character NUL is refused, since PostgreSQL cannot keep it. */
export const string: Schema<string> = {
  kind: 'string',
  read(json) {
    if (typeof json !== 'string') return mismatch('a string', json)
    return json.includes('\0') ? mismatch('a string without the character NUL', json) : json
  },
  write: (value) => value,
}

/** A string that must not be empty; an empty one counts as missing. */
export const nonEmpty: Schema<string> = {
  ...string,
  read: (json) => string.read(json) || mismatch(undefined, json),
}

export const bool: Schema<boolean> = {
  kind: 'bool',
  read(json) {
    if (json === true || json === 'true') return true
    if (json === false || json === 'false') return false
    return mismatch('true or false', json)
  },
  write: (value) => value,
}

/** A whole number, at most 2^53 - 1 in size. */
export const int64: Schema<number> = {
  kind: 'int64',
  read(json) {
    const value = typeof json === 'string' && /^-?\d+$/.test(json) ? Number(json) : json
    return Number.isSafeInteger(value) ? (value as number) : mismatch('an integer below 2^53', json)
  },
  write: (value) => value,
}

export const int32: Schema<number> = {
  kind: 'int32',
  read(json) {
    const value = int64.read(json)
    return value === (value | 0) ? value : mismatch('a 32-bit integer', json)
  },
  write: (value) => value,
}

const DECIMAL = /^\s*[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?\s*$/i
/** Python's spellings beside JSON's. */
const NON_FINITE = /^\s*([-+]?)(?:(nan)|inf(?:inity)?)\s*$/i

export const double: Schema<number> = {
  kind: 'double',
  read(json) {
    if (typeof json === 'number') return json
    if (typeof json === 'boolean') return Number(json) // the Python client's servers take true for 1.0
    if (typeof json !== 'string') return mismatch('a number', json)
    if (DECIMAL.test(json)) return Number(json)
    const [found, sign, nan] = NON_FINITE.exec(json) ?? []
    if (!found) return mismatch('a number', json)
    return nan ? NaN : sign === '-' ? -Infinity : Infinity
  },
  write: (value) => (Number.isFinite(value) ? value : String(value)),
}

/** Any JSON value, as it is. */
export const json: Schema<unknown> = { kind: 'any', read: (value) => value, write: (value) => value }

export const optional = <Out, In>(schema: Schema<Out, In>): Schema<Out | undefined, In | undefined> => ({
  ...schema,
  absent: () => undefined,
  read: schema.read.bind(schema),
  write: (value) => (value === undefined ? undefined : schema.write(value)),
})

/** A field with a value of its own when the sender leaves it out. */
export const defaults = <Out, In>(schema: Schema<Out, In>, value: Out): Schema<Out, In | undefined> => ({
  ...optional(schema),
  absent: () => value,
  read: schema.read.bind(schema),
})

/** A field that older clients send under another name. */
export const legacy = <Out, In>(schema: Schema<Out, In>, name: string): Schema<Out, In> => ({ ...schema, legacy: name })

export const list = <Out, In>(item: Schema<Out, In>): Schema<Out[], readonly In[] | undefined> => ({
  kind: `repeated ${item.kind}`,
  repeated: true,
  item,
  absent: () => [],
  read(json) {
    if (!Array.isArray(json)) return mismatch('a list', json)
    return json.map((each, i) => {
      try {
        return item.read(each)
      } catch (error) {
        throw error instanceof Mismatch ? error.within(`[${i}]`) : error
      }
    })
  },
  write: (value) => (value?.length ? value.map((each) => item.write(each)) : undefined),
  ...(item.text && {
    text: (value) => (value?.length ? `[${value.map((each) => item.text!(each)).join()}]` : undefined),
  }),
})

/** `map<string, T>`: a plain JSON object. */
export const map = <Out, In>(item: Schema<Out, In>): Schema<Record<string, Out>, Record<string, In> | undefined> => ({
  kind: `map<string, ${item.kind}>`,
  item,
  absent: () => ({}),
  read(json) {
    if (!isObject(json)) return mismatch('an object', json)
    return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, item.read(value)]))
  },
  write: (value) => value && Object.fromEntries(Object.entries(value).map(([key, each]) => [key, item.write(each)])),
})

/** An enum: written by name, read by name or number; an unknown name counts as not sent, as one of a later version. */
export function oneOf<const Names extends Record<string, number>>(
  kind: string,
  names: Names,
): Schema<keyof Names & string> & { readonly names: Names } {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name]))
  return {
    kind,
    names,
    read(json) {
      if (typeof json === 'string') return (Object.hasOwn(names, json) ? json : byNumber.get(Number(json))) as never
      return byNumber.get(json as number) ?? mismatch(`one of ${Object.keys(names).join(', ')}`, json)
    },
    write: (value) => value,
  }
}

/** An object with named fields. */
export function message<const F extends Fields>(kind: string, shape: F): Message<MessageOut<F>, MessageIn<F>> {
  const fields: Field[] = Object.entries(shape).map(([key, schema]) => ({ key, name: toSnake(key), schema }))

  const readField = ({ key, name, schema }: Field, sent: unknown): unknown => {
    try {
      const value = sent === undefined || sent === null ? undefined : schema.read(sent)
      if (value !== undefined) return value
      return schema.absent ? schema.absent() : mismatch(undefined, sent)
    } catch (error) {
      throw error instanceof Mismatch ? error.within(name ?? key) : error
    }
  }

  return {
    kind,
    fields,
    read(json) {
      if (!isObject(json)) return mismatch('an object', json)
      const out: Record<string, unknown> = {}
      for (const field of fields) {
        const value = readField(field, sentValue(field, json))
        if (value !== undefined) out[field.key] = value
      }
      return out as MessageOut<F>
    },
    readQuery(query) {
      const sent: Record<string, unknown> = {}
      for (const { key, name, schema } of fields)
        for (const spelling of new Set([name, key, schema.legacy]))
          if (spelling && query.has(spelling))
            sent[spelling] = schema.repeated ? query.getAll(spelling) : query.get(spelling)
      return this.read(sent)
    },
    write(value) {
      const out: Record<string, unknown> = {}
      for (const { key, name, schema } of fields) {
        const given = (value as Record<string, unknown>)[key]
        if (given === undefined) continue
        const written = schema.write(given)
        if (written !== undefined) out[name] = written
      }
      return out
    },
    ...(fields.some(({ schema }) => schema.text) && {
      text(value) {
        const out: string[] = []
        for (const { key, name, schema } of fields) {
          const given = (value as Record<string, unknown>)[key]
          const text = given === undefined ? undefined : textOf(schema, given)
          if (text !== undefined) out.push(`"${name}":${text}`)
        }
        return `{${out.join()}}`
      },
    }),
  }
}

/** A message whose values do not change once they are made: the text of one that is written again is still there. */
export function lasting<Out extends object, In extends object>(schema: Message<Out, In>): Message<Out, In> {
  const texts = new WeakMap<In, string | undefined>()
  return {
    ...schema,
    text(value) {
      if (!texts.has(value)) texts.set(value, textOf(schema, value))
      return texts.get(value)
    },
  }
}

/**
 * Reads a value that came from outside.
 *
 * @throws ApiError `INVALID_PARAMETER_VALUE` that names the field.
 */
export function readOrThrow<T>(read: () => T): T {
  try {
    return read()
  } catch (error) {
    throw error instanceof Mismatch ? error.toError() : error
  }
}

function sentValue({ key, name, schema }: Field, json: Record<string, unknown>): unknown {
  const value = json[name]
  if (key === name) return value ?? (schema.legacy && json[schema.legacy])
  const camel = json[key]
  if (value !== undefined && camel !== undefined) throw invalid(name, `it was sent twice, as '${name}' and as '${key}'`)
  return value ?? camel ?? (schema.legacy && json[schema.legacy])
}

const mismatch = (expected: string | undefined, found: unknown): never => {
  throw new Mismatch(expected, found)
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const toSnake = (camel: string) => camel.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function brief(value: unknown): string {
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object' // may be endless
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 80 ? `${text.slice(0, 77)}…` : text
}
