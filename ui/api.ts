import { createClient } from '../src/client/client.ts'
import { contract } from '../src/wire/index.ts'

/** Where the server is, whatever path it is served under. */
export const baseUrl = location.href.replace(/[?#].*$/, '').replace(/\/(index\.html)?$/, '')

export const api = createClient(contract, { baseUrl, prefix: 'ajax-api' })
