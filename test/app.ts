import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, createClient } from '../src/client/client.ts'
import type { Db } from '../src/db/db.ts'
import type { App } from '../src/http/app.ts'
import { openApp } from '../src/server/app.ts'
import type { Config } from '../src/server/config.ts'
import { contract } from '../src/wire/index.ts'
import { atEnd } from './databases.ts'

export interface TestApp {
  readonly app: App
  readonly client: Client<typeof contract>
  /** The same store, beside the app. */
  readonly db: Db
  /** Holds `artifacts/`, where the app keeps them. */
  readonly folder: string
}

/** Opens the whole app, without a socket, on a new store; both go away with the test file. */
export async function openTestApp(open: () => Promise<Db>, config: Partial<Config> = {}): Promise<TestApp> {
  const db = await open()
  const folder = mkdtempSync(join(tmpdir(), 'millrace-app-'))
  const { app, close } = await openApp({
    backendStoreUri: db.uri,
    artifactsDestination: join(folder, 'artifacts'),
    ...config,
  })
  atEnd(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })
  return { app, db, folder, client: createClient(contract, { baseUrl: 'http://localhost', fetch: app }) }
}

/** Sends JSON to the app as a program that does not know the contract would. */
export async function send(
  app: App,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; code?: string; message: string; json: any }> {
  const response = await app(
    new Request(`http://localhost${path}`, {
      method,
      ...(body !== undefined && {
        body: typeof body === 'string' ? body : JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
    }),
  )
  const text = await response.text()
  const json = /json/.test(response.headers.get('content-type') ?? '') ? JSON.parse(text) : undefined
  return { status: response.status, code: json?.error_code, message: json?.message ?? text, json }
}
