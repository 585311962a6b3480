import type { Client } from '../client/client.ts'
import { ApiError } from '../wire/errors.ts'
import type { AppContract } from '../wire/index.ts'
import type { Run } from '../wire/runs.ts'
import type { Create, Entry } from './entry.ts'
import { findOrCreateExperiment } from './experiments.ts'
import { upload } from './upload.ts'

const LONGEST_REQUEST_MS = 60_000

/** Tells the server what an entry says. Saying it twice does no more than saying it once. */
export async function send(
  client: Client<AppContract>,
  entry: Entry,
  open: (file: string) => Promise<Blob>,
): Promise<void> {
  if (entry.kind === 'create') return await createLate(client, entry)
  if (entry.kind === 'upload') return await upload(client, entry, await open(entry.file))
  const options = { signal: AbortSignal.timeout(LONGEST_REQUEST_MS) }
  if (entry.kind === 'batch') await client.runs.logBatch(entry, options)
  else if (entry.kind === 'update') await client.runs.update(entry, options)
  else await client.runs.logInputs({ ...entry, models: [] }, options)
}

/** Makes a run under the id that was chosen for it here; one that is there is ours, whose answer was lost. */
export async function create(client: Client<AppContract>, entry: Create): Promise<Run> {
  const { experimentId, experimentName, ...given } = entry
  const options = { signal: AbortSignal.timeout(LONGEST_REQUEST_MS) }
  try {
    const chosen = experimentId ?? (await findOrCreateExperiment(client, experimentName!))
    return (await client.runs.create({ ...given, experimentId: chosen }, options)).run
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error
    return (await client.runs.get({ runId: entry.runId }, options)).run
  }
}

async function createLate(client: Client<AppContract>, entry: Create): Promise<void> {
  const { info } = await create(client, entry)
  if (info.runId !== entry.runId)
    throw new ApiError(
      'NOT_IMPLEMENTED',
      `it gave the run another id, '${info.runId}', so what was logged has no place`,
    )
}
