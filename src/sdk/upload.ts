import type { Client } from '../client/client.ts'
import type { AppContract } from '../wire/index.ts'

interface Target {
  readonly runId: string
  readonly artifactUri: string
  /** Below the run's artifacts. */
  readonly path: string
}

/** Hands bytes to the server: through its artifact proxy where the run's URI names that, else by the run's name. */
export async function upload(
  client: Client<AppContract>,
  { runId, artifactUri, path }: Target,
  body: Blob,
): Promise<void> {
  const folder = /^mlflow-artifacts:\/(?!\/)(.*)$/.exec(artifactUri)?.[1]
  if (folder === undefined) await client.artifacts.uploadToRun({ runUuid: runId, path }, { body })
  else await client.proxy.upload({ artifactPath: `${folder}/${path}` }, { body })
}
