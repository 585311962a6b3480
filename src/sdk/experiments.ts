import type { Client } from '../client/client.ts'
import { ApiError, invalid } from '../wire/errors.ts'
import type { AppContract } from '../wire/index.ts'

/** @returns The id of an active experiment, or nothing when none has this name. */
export async function findExperimentId(client: Client<AppContract>, name: string): Promise<string | undefined> {
  try {
    const { experiment } = await client.experiments.getByName({ experimentName: name })
    if (experiment.lifecycleStage === 'active') return experiment.experimentId
    throw invalid('experiment', `'${name}' has been deleted; restore it or choose another`)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined
    throw error
  }
}

/** @returns The id of the experiment, which is made when there is none. */
export async function findOrCreateExperiment(client: Client<AppContract>, name: string): Promise<string> {
  const found = await findExperimentId(client, name)
  if (found !== undefined) return found
  try {
    return (await client.experiments.create({ name })).experimentId
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error
    return (await findExperimentId(client, name))! // another process was quicker
  }
}
