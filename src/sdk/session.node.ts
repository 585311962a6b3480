import { ApiError, invalid } from '../wire/errors.ts'
import { type FileJournal, fileJournal } from './journal.node.ts'
import { type Connection, connect, oneSpelling } from './open.node.ts'
import { createOutbox, type Outbox } from './outbox.ts'

/** A tracking store that this process logs to. */
export interface Store extends Connection {
  readonly outbox: Outbox
  readonly journal: FileJournal
}

const DEFAULT_URI = 'sqlite:///millrace.db'

const stores = new Map<string, Promise<Store>>()
let trackingUri: string | undefined
let experiment: Promise<string> | undefined

const warn = (message: string) => console.error(`millrace: ${message}`)

/**
 * Chooses where runs go: `http://…`, `sqlite:///…` or `postgresql://…`.
 *
 * Runs that are active stay where they are.
 */
export function setTrackingUri(uri: string): void {
  trackingUri = uri
  experiment = undefined
}

/** Where runs go: what was set, else MILLRACE_TRACKING_URI, MLFLOW_TRACKING_URI, or `sqlite:///millrace.db`. */
export const getTrackingUri = (): string =>
  trackingUri ?? process.env['MILLRACE_TRACKING_URI'] ?? process.env['MLFLOW_TRACKING_URI'] ?? DEFAULT_URI

/**
 * Chooses the experiment of the runs that follow; one that does not exist is made.
 *
 * @returns Its id.
 * @throws ApiError `INVALID_PARAMETER_VALUE` for one that was deleted.
 */
export function setExperiment(name: string): Promise<string> {
  experiment = findOrCreateExperiment(name)
  return experiment
}

/** The experiment that was chosen, else that of the environment, else the default one. @returns Its id. */
export function experimentId(): Promise<string> {
  if (experiment) return experiment
  const { env } = process
  const name = env['MILLRACE_EXPERIMENT_NAME'] ?? env['MLFLOW_EXPERIMENT_NAME']
  if (env['MLFLOW_EXPERIMENT_ID']) return Promise.resolve(env['MLFLOW_EXPERIMENT_ID'])
  return name ? setExperiment(name) : Promise.resolve('0')
}

/** @returns The id of an active experiment, or nothing when none has this name. */
export async function findExperimentId(name: string): Promise<string | undefined> {
  const { client } = await openStore()
  try {
    const { experiment: found } = await client.experiments.getByName({ experimentName: name })
    if (found.lifecycleStage === 'active') return found.experimentId
    throw invalid('experiment', `'${name}' has been deleted; restore it or choose another`)
  } catch (error) {
    if (error instanceof ApiError && error.code === 'RESOURCE_DOES_NOT_EXIST') return undefined
    throw error
  }
}

async function findOrCreateExperiment(name: string): Promise<string> {
  const found = await findExperimentId(name)
  if (found !== undefined) return found
  const { client } = await openStore()
  try {
    return (await client.experiments.create({ name })).experimentId
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error
    return (await findExperimentId(name))! // another process was quicker
  }
}

/** The store that runs go to now, opened when it is first needed. */
export function openStore(): Promise<Store> {
  const uri = oneSpelling(getTrackingUri())
  const known = stores.get(uri)
  if (known) return known
  const opened = connectStore(uri)
  stores.set(uri, opened)
  opened.catch(() => stores.delete(uri))
  return opened
}

/**
 * Waits until everything that was logged has been sent, or is in the journal
 * because the server cannot be reached.
 *
 * @throws ApiError the first thing that the server refused since the last flush.
 */
export async function flush(): Promise<void> {
  for (const store of stores.values()) await (await store).outbox.flush()
}

async function connectStore(uri: string): Promise<Store> {
  const connection = await connect(uri)
  const journal = fileJournal(uri, warn)
  const outbox = createOutbox({ client: connection.client, journal, warn })
  outbox.restore(journal.recover())
  process.on('beforeExit', () => void outbox.flush().catch(wasSaid))
  process.on('exit', () => {
    const { waiting } = outbox
    const place = journal.release()
    if (waiting > 0 && place !== undefined)
      warn(
        `${waiting} values wait in ${place}; the next program that logs to ${withoutPassword(uri)} from here sends them`,
      )
  })
  return { ...connection, outbox, journal }
}

const withoutPassword = (uri: string) => uri.replace(/\/\/[^/@]*@/, '//')

/** What the server refused was said on stderr when it was. */
const wasSaid = (error: unknown) => {
  if (!(error instanceof ApiError)) throw error
}
