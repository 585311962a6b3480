import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import mime from 'mime'
import { checkPath } from '../blobs/path.ts'
import type { App } from './app.ts'

const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; frame-src blob:; object-src 'none'; base-uri 'self'"

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/**
 * Serves the built pages, with the compressed copies that the build left
 * beside each file.
 *
 * @param root - The folder that they are in; `dist/ui` beside this code by default.
 */
export function pageFiles(prefix: string, root = builtPages()): App {
  return async (request) => {
    const path = new URL(request.url).pathname
    if (request.method !== 'GET' && request.method !== 'HEAD') return notFound()
    if (prefix && path === prefix) return new Response(null, { status: 308, headers: { location: `${prefix}/` } })
    if (!path.startsWith(`${prefix}/`)) return notFound()
    const name = path.slice(prefix.length + 1) || 'index.html'
    if (!root) return name === 'index.html' ? notBuilt() : notFound()
    return (await serveFile(root, name, request)) ?? notFound()
  }
}

const builtPages = (): string | undefined =>
  ['../ui', '../../dist/ui']
    .map((folder) => fileURLToPath(new URL(folder, import.meta.url)))
    .find((folder) => existsSync(join(folder, 'index.html')))

async function serveFile(root: string, name: string, request: Request): Promise<Response | undefined> {
  const file = fileOf(root, name)
  if (!file) return undefined
  const accepted = request.headers.get('accept-encoding') ?? ''
  const headers = new Headers({
    'content-type': mime.getType(name) ?? 'application/octet-stream',
    'cache-control': name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': CSP,
    vary: 'Accept-Encoding',
  })
  for (const [encoding, suffix] of ENCODINGS) {
    const found = accepted.includes(encoding) && (await readIfThere(file + suffix))
    if (!found) continue
    headers.set('content-encoding', encoding)
    return new Response(found, { headers })
  }
  const found = await readIfThere(file)
  return found && new Response(found, { headers })
}

function fileOf(root: string, name: string): string | undefined {
  try {
    return join(root, checkPath('path', name))
  } catch {
    return undefined // no page has such a path
  }
}

async function readIfThere(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
  try {
    return new Uint8Array(await readFile(file))
  } catch (error) {
    if (['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'].includes((error as NodeJS.ErrnoException).code!))
      return undefined
    throw error
  }
}

const plain = { 'content-type': 'text/plain; charset=utf-8' }
const notFound = () => new Response('Not Found', { status: 404, headers: plain })
const notBuilt = () => new Response('The pages have not been built: npm run build makes them.', { headers: plain })
