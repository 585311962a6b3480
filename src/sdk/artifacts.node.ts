import type { Client } from '../client/client.ts'
import { checkPath } from '../blobs/path.ts'
import { fileBlobs } from '../blobs/files.ts'
import { ApiError, invalid } from '../wire/errors.ts'
import type { AppContract } from '../wire/index.ts'
import type { RunInfo } from '../wire/runs.ts'
import { isAway } from './away.ts'
import type { FileJournal } from './journal.node.ts'
import type { Outbox } from './outbox.ts'
import type { Artifacts } from './run.ts'
import { upload } from './upload.ts'

interface Deps {
  readonly info: RunInfo
  readonly client: Client<AppContract>
  readonly outbox: Outbox
  readonly journal: FileJournal
}

/**
 * A run's files: kept by the server, or in a folder that this process can reach too.
 *
 * Bytes that the server cannot take now are put beside the journal and handed over later.
 */
export function runArtifacts(deps: Deps): Artifacts {
  const { artifactUri } = deps.info
  const isFolder = /^(file:|[^:]+$|[a-z]:[\\/])/i.test(artifactUri)
  return isFolder ? folderArtifacts(artifactUri) : servedArtifacts(deps)
}

function servedArtifacts({ info: { runId, artifactUri }, client, outbox, journal }: Deps): Artifacts {
  return {
    async write(path, content) {
      const target = { runId, artifactUri, path: checkFile(path) }
      if (artifactUri !== '' && !outbox.isAway) {
        try {
          return await upload(client, target, content)
        } catch (error) {
          if (!isAway(error) && !isBug(error)) throw error
        }
      }
      outbox.add({ kind: 'upload', ...target, file: await journal.spool(content) })
    },

    async read(path) {
      if (artifactUri === '') return undefined // the server does not have the run yet
      try {
        const response = await client.artifacts.get({ runId, path: checkFile(path) })
        return new Uint8Array(await response.arrayBuffer())
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined
        throw error
      }
    },
  }
}

function folderArtifacts(uri: string): Artifacts {
  const blobs = fileBlobs(uri.startsWith('file:') ? decodeURIComponent(new URL(uri).pathname) : uri)
  return {
    async write(path, content) {
      await blobs.write(checkFile(path), content.stream())
    },

    async read(path) {
      try {
        const { stream } = await blobs.read(checkFile(path))
        return new Uint8Array(await new Response(stream).arrayBuffer())
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return undefined
        throw error
      }
    },
  }
}

/** An artifact's path in its plain form. The server sees it joined to the run's folder, and could not tell `..` apart. */
function checkFile(path: string): string {
  const checked = checkPath('path', path)
  if (checked === '' || path.endsWith('/')) throw invalid('path', `expected the name of a file, got '${path}'`)
  return checked
}

const isBug = (error: unknown) => error instanceof ApiError && error.status >= 500
