import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import mime from 'mime'
import type { App } from '../../src/http/app.ts'
import { at } from '../parts.ts'
import { atEnd } from '../databases.ts'

const FILES = '/static-files/'

/**
 * Serves MLflow's own pages, as they are in its Python package, over an app.
 *
 * @returns The URL.
 */
export async function openMlflowPages(app: App): Promise<string> {
  const folder = mlflowPages()
  const answer = async (request: Request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/') return await file(join(folder, 'index.html'))
    if (pathname.startsWith(FILES)) return await file(join(folder, pathname.slice(FILES.length)))
    return await app(request)
  }
  const server = await new Promise<Server>((resolve) => {
    const started = serve({ fetch: answer, hostname: '127.0.0.1', port: 0 }, () => resolve(started as Server))
  })
  atEnd(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const mlflowPages = (): string =>
  execFileSync(at('python'), [
    '-c',
    'import importlib.util as u; print(u.find_spec("mlflow").submodule_search_locations[0])',
  ])
    .toString()
    .trim()
    .concat('/server/js/build')

async function file(path: string): Promise<Response> {
  const headers = { 'content-type': mime.getType(path) ?? 'application/octet-stream' }
  return new Response(await readFile(path), { headers })
}
