import type { Client } from '../client/client.ts'
import { ApiError } from '../wire/errors.ts'
import type { AppContract } from '../wire/index.ts'
import { isUnreachable } from './away.ts'
import { findOrCreateExperiment } from './experiments.ts'
import { type FileJournal, fileJournal } from './journal.node.ts'
import { connect, oneSpelling } from './open.node.ts'
import { createOutbox, type Outbox } from './outbox.ts'

/** A tracking store that this process logs to. */
export interface Store {
  readonly client: Client<AppContract>
  readonly uri: string
  readonly outbox: Outbox
  readonly journal: FileJournal
  /** Settles when what earlier processes left has been sent, or the server is away. */
  readonly restored: Promise<void>
}

/** The experiment that runs go to; its name stands in for an id that could not be asked for. */
interface Experiment {
  readonly experimentId?: string
  readonly experimentName?: string
}

const DEFAULT_URI = 'sqlite:///millrace.db'

const stores = new Map<string, Promise<Store>>()
const connected: Store[] = []
let trackingUri: string | undefined
let experiment: Experiment | undefined

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
  trackingUri ?? (process.env['MILLRACE_TRACKING_URI'] || process.env['MLFLOW_TRACKING_URI'] || DEFAULT_URI)

/**
 * Chooses the experiment of the runs that follow; one that does not exist is made.
 *
 * @returns Its id; nothing while the server cannot be reached: the experiment is then found when it can be.
 * @throws ApiError `INVALID_PARAMETER_VALUE` for one that was deleted.
 */
export async function setExperiment(name: string): Promise<string | undefined> {
  const chosen = { experimentName: name }
  experiment = chosen
  const { client } = await openStore()
  try {
    const experimentId = await findOrCreateExperiment(client, name)
    if (experiment === chosen) experiment = { experimentId }
    return experimentId
  } catch (error) {
    if (!isUnreachable(error)) throw error
    return undefined
  }
}

/** The experiment that was chosen, else that of the environment, else the default one. */
export function chosenExperiment(): Experiment {
  if (experiment) return experiment
  const { MILLRACE_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_NAME, MLFLOW_EXPERIMENT_ID } = process.env
  const experimentName = MILLRACE_EXPERIMENT_NAME || MLFLOW_EXPERIMENT_NAME
  if (MLFLOW_EXPERIMENT_ID || !experimentName) return { experimentId: MLFLOW_EXPERIMENT_ID || '0' }
  return { experimentName }
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
  await Promise.all(connected.map(({ outbox }) => outbox.flush()))
}

/** Leaves what waits to the next process, and says so. */
export function leave(): void {
  for (const { uri, outbox, journal } of connected) {
    const place = journal.release()
    if (outbox.waiting === 0 || place === undefined) continue
    const next = `the next program that logs to ${withoutPassword(uri)} from here sends them`
    warn(`${outbox.waiting} values wait in ${place}; ${next}`)
  }
}

/** For what the server refused: it was said on stderr when it was, and must not undo the work. */
export function wasSaid(error: unknown): void {
  if (!(error instanceof ApiError)) throw error
}

async function connectStore(uri: string): Promise<Store> {
  const client = await connect(uri)
  const journal = fileJournal(uri, warn)
  const outbox = createOutbox({ client, journal, warn })
  const restored = outbox.restore(journal.recover())
  const store = { client, uri, outbox, journal, restored }
  connected.push(store)
  return store
}

const withoutPassword = (uri: string) => uri.replace(/\/\/[^/@]*@/, '//')
