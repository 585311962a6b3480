import { createClient } from '../src/client/client.ts'
import { contract } from '../src/wire/index.ts'

/** Where the server is, whatever path it is served under. */
export const baseUrl = location.href.replace(/[?#].*$/, '').replace(/\/(index\.html)?$/, '')

export const api = createClient(contract, { baseUrl, prefix: 'ajax-api' })

/** The address of an artifact, for downloads. */
export const artifactUrl = (runId: string, path: string) =>
  `${baseUrl}/get-artifact?${new URLSearchParams({ run_id: runId, path })}`
