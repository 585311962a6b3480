import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const WORTH_IT = 2048

/** The answer in gzip where a page asked; programs on `/api/` get theirs as it is, which costs both sides less. */
export async function compressed(
  plain: Uint8Array,
  status: number,
  headers: Record<string, string>,
  request: Request,
): Promise<Response | undefined> {
  if (plain.length < WORTH_IT || !request.url.includes('/ajax-api/')) return undefined
  if (!request.headers.get('accept-encoding')?.includes('gzip')) return undefined
  const bytes = await promisify(gzip)(plain, { level: 3 })
  return new Response(new Uint8Array(bytes), {
    status,
    headers: { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
  })
}
