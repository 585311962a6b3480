import mime from 'mime'
import type { Blobs, Range } from '../blobs/blobs.ts'

/**
 * Answers a file as what it is: somebody else's bytes.
 *
 * Always an attachment, never sniffed, and without powers should a browser
 * show it all the same. Understands `Range` (one) and `If-None-Match`.
 */
export async function download(blobs: Blobs, path: string, request: Request): Promise<Response> {
  let range: Range | undefined
  let unsatisfiable = false
  const { stream, size, etag, modified } = await blobs.read(path, (bytes) => {
    const wanted = parseRange(request.headers.get('range'), bytes)
    if (wanted === 'unsatisfiable') unsatisfiable = true
    else range = wanted
    return range
  })
  const headers: Record<string, string> = {
    'content-type': mime.getType(path) ?? 'application/octet-stream',
    'content-disposition': disposition(path.split('/').at(-1)!),
    'content-security-policy': "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:",
    'x-content-type-options': 'nosniff',
    'accept-ranges': 'bytes',
    'last-modified': modified.toUTCString(),
    etag,
  }
  if (unsatisfiable || request.headers.get('if-none-match') === etag) {
    await stream.cancel()
    if (unsatisfiable) return new Response(null, { status: 416, headers: { 'content-range': `bytes */${size}` } })
    return new Response(null, { status: 304, headers })
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  if (range) headers['content-range'] = `bytes ${start}-${end}/${size}`
  headers['content-length'] = String(end - start + 1)
  return new Response(stream, { status: range ? 206 : 200, headers })
}

function parseRange(header: string | null, size: number): Range | 'unsatisfiable' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!found || (found[1] === '' && found[2] === '')) return undefined // not one we know: the whole file is an answer too
  const [, first, last] = found as unknown as [string, string, string]
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(Number(last), size - 1)
  if (first !== '' && last !== '' && Number(last) < start) return undefined // no range at all
  return start > end ? 'unsatisfiable' : { start, end }
}

/** @see RFC 6266 and RFC 5987 for names that are not ASCII. */
function disposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
  return `attachment; filename="${ascii}"${ascii === name ? '' : `; filename*=UTF-8''${encoded}`}`
}
