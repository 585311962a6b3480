import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Client } from '../client/client.ts'
import { ApiError, invalid } from '../wire/errors.ts'
import type { AppContract } from '../wire/index.ts'
import type { RunInfo } from '../wire/runs.ts'
import type { FileJournal } from './journal.node.ts'
import type { Outbox } from './outbox.ts'
import type { ArtifactWriter } from './run.ts'

interface Deps {
  readonly info: RunInfo
  readonly client: Client<AppContract>
  readonly outbox: Outbox
  readonly journal: FileJournal
}

/** Writes a run's files where its artifact URI says: to the server, or to a folder that both can reach. */
export function artifactWriter({ info, client, outbox, journal }: Deps): ArtifactWriter {
  const { runId, artifactUri } = info
  const proxied = /^mlflow-artifacts:\/(?!\/)(.*)$/.exec(artifactUri)?.[1]
  if (proxied === undefined) return folderWriter(artifactUri)
  return {
    async write(path, bytes) {
      const artifactPath = posix.join(proxied, path)
      try {
        await client.proxy.upload({ artifactPath }, { body: new Uint8Array(bytes) })
      } catch (error) {
        if (!(error instanceof ApiError) || error.status < 500) throw error
        outbox.add({ kind: 'upload', runId, artifactPath, file: journal.spool(bytes) })
      }
    },

    async read(path) {
      try {
        const response = await client.proxy.download({ artifactPath: posix.join(proxied, path) })
        return new Uint8Array(await response.arrayBuffer())
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined
        throw error
      }
    },
  }
}

function folderWriter(uri: string): ArtifactWriter {
  if (/^(?!file:)[a-z][a-z0-9+.-]+:/i.test(uri))
    throw invalid('artifact URI', `'${uri}' cannot be written to from here`)
  const folder = uri.startsWith('file:') ? fileURLToPath(uri.replace(/^file:(?!\/\/)/, 'file://')) : uri
  return {
    async write(path, bytes) {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, bytes)
    },

    read: (path) =>
      readFile(join(folder, path)).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      }),
  }
}
