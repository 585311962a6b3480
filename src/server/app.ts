import { randomUUID } from 'node:crypto'
import { artifactHandlers, modelArtifactHandlers, versionArtifactHandlers } from '../artifacts/artifacts.ts'
import { promptlabHandlers } from '../artifacts/promptlab.ts'
import { proxyHandlers } from '../artifacts/proxy.ts'
import type { Db } from '../db/db.ts'
import { type App, type Call, callerOf, createApp, type Route, routes } from '../http/app.ts'
import { createEgress } from '../http/egress.ts'
import { secured } from '../http/security.ts'
import { pageFiles } from '../http/pages.ts'
import { getVersion } from '../registry/versions-store.ts'
import { registryHandlers } from '../registry/history.ts'
import { lineageHandlers } from '../registry/lineage.ts'
import { modelVersionHandlers } from '../registry/model-versions.ts'
import { registeredModelHandlers } from '../registry/registered-models.ts'
import { transitionRequestHandlers } from '../registry/transition-requests.ts'
import { createDispatcher } from '../registry/webhook-dispatcher.ts'
import { secretsWith } from '../registry/webhook-secrets.ts'
import { webhookHandlers } from '../registry/webhooks.ts'
import { experimentHandlers } from '../tracking/experiments.ts'
import { insertDefaultExperiment } from '../tracking/experiments-store.ts'
import { keyCatalogue } from '../tracking/keys.ts'
import { loggedModelHandlers } from '../tracking/logged-models.ts'
import { getLoggedModel } from '../tracking/logged-models-store.ts'
import { metricHandlers } from '../tracking/metrics.ts'
import { pageHandlers } from '../tracking/pages.ts'
import { runHandlers } from '../tracking/runs.ts'
import { getRun } from '../tracking/runs-store.ts'
import type { Handlers } from '../wire/endpoint.ts'
import { contract } from '../wire/index.ts'
import { refusing, serverHandlers } from './about.ts'
import { openArtifactsApp } from './artifacts-only.ts'
import { type Config, toConfig } from './config.ts'
import { createGraphql } from './graphql.ts'
import { log } from './log.ts'
import { createMeter, type Meter } from './meter.ts'
import { makeDestination, openRoots, openStore } from './store.ts'

/** A whole Millrace in this process: a function from request to response, and a way to end it. */
export interface EmbeddedApp {
  readonly app: App
  readonly config: Config
  /** Begins to deliver what webhooks are to be told, until the end. */
  startWebhooks(): void
  /** Ends the answers that have no end of their own. */
  endStreams(): void
  close(): Promise<void>
}

/**
 * Opens the store and assembles the app. Sockets are `startServer`'s work.
 *
 * @throws ApiError with a sentence for the user when the store or a folder cannot be used.
 */
export async function openApp(given: Partial<Config> = {}): Promise<EmbeddedApp> {
  const config = toConfig(given)
  makeDestination(config)
  const roots = await openRoots(config)
  if (config.artifactsOnly) return openArtifactsApp(config, roots)
  const db = await openStore(config)
  const now = Date.now
  const artifactRoot = config.defaultArtifactRoot.replace(/\/$/, '')
  await addDefaultExperiment(db, artifactRoot)

  const meter = createMeter()
  const timeoutMs = config.webhookRequestTimeout * 1000
  const egress = createEgress({
    allowedSchemes: config.webhookAllowedSchemes,
    allowPrivate: config.webhookAllowPrivateIps,
    timeoutMs,
  })
  const secrets = secretsWith(config.webhookSecretEncryptionKey)
  const webhooks = createDispatcher({
    db,
    now,
    egress,
    secrets,
    maxRetries: config.webhookRequestMaxRetries,
    timeoutMs,
    onBug: (error) => log('error', 'The outbox of the webhooks failed', { stack: (error as Error)?.stack ?? error }),
  })
  const closing = new AbortController()
  const app = createApp(allRoutes(config, db, meter), {
    prefix: config.staticPrefix,
    fallback: pageFiles(config.staticPrefix),
    onAnswer: meter.observe,
    onBug: (error, { method, url }) =>
      log('error', 'A request failed for a reason of ours', { method, url, stack: (error as Error)?.stack ?? error }),
  })
  return {
    app: config.disableSecurityMiddleware ? app : secured(app, config),
    config,
    startWebhooks: webhooks.start,
    endStreams: () => closing.abort(),
    async close() {
      closing.abort()
      await webhooks.stop()
      await db.close()
    },
  }

  function allRoutes({ serveArtifacts }: Config, store: Db, answers: Meter): Route[] {
    const keys = keyCatalogue()
    const registered = wakesAfterWrites(store, webhooks.wake)
    const newId = () => randomUUID().replaceAll('-', '')
    const places = { roots, ...urisIn(store) }
    const runs = runHandlers({ db: store, keys, now, newId })
    const all = [
      ...routes(contract.server, serverHandlers(answers, roots.served)),
      ...routes(contract.experiments, experimentHandlers({ db: store, now, artifactRoot })),
      ...routes(contract.runs, runs),
      ...routes(contract.metrics, metricHandlers({ db: store, keys, now })),
      ...routes(contract.promptlab, promptlabHandlers({ runs, roots, now, newId })),
      ...routes(contract.artifacts, artifactHandlers(places)),
      ...routes(
        contract.proxy,
        serveArtifacts
          ? proxyHandlers(roots.served!)
          : refusing(contract.proxy, 'This server was started with --no-serve-artifacts'),
      ),
      ...routes(contract.loggedModels, loggedModelHandlers({ db: store, now, newId })),
      ...routes(contract.modelArtifacts, modelArtifactHandlers(places)),
      ...routes(contract.versionArtifacts, versionArtifactHandlers(places)),
      ...routes(contract.registeredModels, registeredModelHandlers({ db: registered, now })),
      ...routes(contract.modelVersions, modelVersionHandlers({ db: registered, now })),
      ...routes(contract.transitionRequests, transitionRequestHandlers({ db: store, now })),
      ...routes(contract.lineage, lineageHandlers({ db: store })),
      ...routes(contract.registry, registryHandlers({ db: store })),
      ...routes(contract.webhooks, webhookHandlers({ db: store, now, egress, secrets, wake: webhooks.wake })),
      ...routes(contract.pages, pageHandlers({ db: store, now, closing: closing.signal })),
    ]
    return [...all, ...routes(contract.mlflowPages, mlflowPageHandlers(callerOf(all)))]
  }
}

/** Where runs, logged models and versions have their artifacts. */
function urisIn(db: Db) {
  const uriOfRun = async (runId: string) => (await getRun(db, runId)).artifact_uri
  return {
    uriOfRun,
    uriOfModel: async (modelId: string) => (await getLoggedModel(db, modelId)).artifact_uri,
    async uriOfVersion(name: string, version: number) {
      const { storage_location: location } = await getVersion(db, name, version)
      const inRun = /^runs:\/+([^/]+)\/(.*)$/.exec(location)
      return inRun ? `${await uriOfRun(inRun[1]!)}/${inRun[2]}` : location
    },
  }
}

/** MLflow's pages hear that there is no assistant and no gateway, and that they need tell nothing of their users. */
const mlflowPageHandlers = (call: Call): Handlers<typeof contract.mlflowPages> => ({
  graphql: createGraphql(call),
  listGatewayEndpoints: () => ({ endpoints: [] }),
  readAssistant: () => ({ providers: {}, projects: {}, remoteAccessAllowed: false }),
  listAssistantProviders: () => ({ providers: [] }),
  readTelemetry: () => ({ disableUiTelemetry: true, disableUiEvents: [], uiRolloutPercentage: 0 }),
  sendTelemetry: () => ({ status: 'disabled' }),
})

async function addDefaultExperiment(db: Db, artifactRoot: string): Promise<void> {
  if (await db.get('select id from experiments where id = 0')) return
  await db.write((tx) => insertDefaultExperiment(tx, `${artifactRoot}/0`, Date.now()))
}

/** The same store, that says when something was written. */
const wakesAfterWrites = (db: Db, wake: () => void): Db => ({
  ...db,
  async write(work) {
    const result = await db.write(work)
    wake()
    return result
  },
})
