/** One input, output or param of a model. */
export interface Field {
  readonly part: 'inputs' | 'outputs' | 'params'
  /** Empty for the only one of its part. */
  readonly name: string
  /** Such as `double` or `float32[-1, 64]`. */
  readonly type: string
  readonly isRequired: boolean
}

/** What the file `MLmodel` says of a model. */
export interface Description {
  readonly fields: readonly Field[]
  readonly flavors: readonly string[]
  readonly mlflowVersion: string | undefined
}

/** Reads a file `MLmodel`; nothing when it is no such thing, for clients may write anything. */
export async function readDescription(text: string): Promise<Description | undefined> {
  const { parse } = await import('yaml')
  try {
    const said: unknown = parse(text, { maxAliasCount: 0 })
    if (!isRecord(said)) return undefined
    const signature = isRecord(said['signature']) ? said['signature'] : {}
    return {
      fields: PARTS.flatMap((part) => fieldsOf(part, signature[part])),
      flavors: isRecord(said['flavors']) ? Object.keys(said['flavors']) : [],
      mlflowVersion: typeof said['mlflow_version'] === 'string' ? said['mlflow_version'] : undefined,
    }
  } catch {
    return undefined
  }
}

export const PARTS = ['inputs', 'outputs', 'params'] as const

/** @param said - JSON in a text, or nothing. */
function fieldsOf(part: Field['part'], said: unknown): Field[] {
  const list: unknown = typeof said === 'string' ? JSON.parse(said) : said
  if (!Array.isArray(list)) return []
  return list.filter(isRecord).map((spec) => ({
    part,
    name: typeof spec['name'] === 'string' ? spec['name'] : '',
    type: typeOf(spec),
    isRequired: part !== 'params' && spec['required'] !== false,
  }))
}

function typeOf(spec: Record<string, unknown>): string {
  const { type, items, properties, values, shape } = spec
  const tensor = spec['tensor-spec']
  if (isRecord(tensor)) return `${String(tensor['dtype'])}${shapeOf(tensor['shape'])}`
  if (type === 'array' && isRecord(items)) return `array of ${typeOf(items)}`
  if (type === 'map' && isRecord(values)) return `map of ${typeOf(values)}`
  if (type === 'object' && isRecord(properties)) {
    const parts = Object.entries(properties).map(([name, each]) => `${name}: ${isRecord(each) ? typeOf(each) : 'any'}`)
    return `{ ${parts.join(', ')} }`
  }
  const given = 'default' in spec ? ` = ${JSON.stringify(spec['default'])}` : ''
  return `${String(type ?? spec['dtype'] ?? 'any')}${shapeOf(shape)}${given}`
}

const shapeOf = (shape: unknown) => (Array.isArray(shape) ? `[${shape.join(', ')}]` : '')

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
