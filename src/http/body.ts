import { ApiError, invalid } from '../wire/errors.ts'

const LARGEST_JSON = 32 * 1024 * 1024

/**
 * Reads a JSON body; an empty one is `{}`.
 *
 * @throws ApiError for a body that is too large, of another type, or not JSON.
 */
export async function readJson(request: Request): Promise<unknown> {
  const type = request.headers.get('content-type')
  if ((request.method === 'POST' || request.method === 'PUT') && !type?.startsWith('application/json'))
    throw invalid('Content-Type', `expected application/json, got ${type ? `'${type}'` : 'none'}`)
  const text = await readText(request)
  if (text.trim() === '') return {}
  const value = parse(text)
  return typeof value === 'string' ? parse(value) : value // some clients encode twice
}

async function readText(request: Request): Promise<string> {
  const length = request.headers.get('content-length')
  if (length !== null && Number(length) > LARGEST_JSON) throw tooLarge()
  if (length !== null || !request.body) return await request.text()
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of request.body) {
    size += chunk.length
    if (size > LARGEST_JSON) throw tooLarge()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new ApiError('INVALID_PARAMETER_VALUE', `The body is not JSON: ${(cause as Error).message}`, { cause })
  }
}

const tooLarge = () => invalid('body', `it is larger than ${LARGEST_JSON / 1024 / 1024} MiB`)
