import { isObjectStore } from '../blobs/open.ts'
import { invalid } from '../wire/errors.ts'

/** How a server is set up; every field has a default. */
export interface Config {
  readonly host: string
  readonly port: number
  /** `sqlite:///…` or `postgresql://…` */
  readonly backendStoreUri: string
  /** Where new experiments keep their artifacts; `mlflow-artifacts:` when this server serves them. */
  readonly defaultArtifactRoot: string
  /** The folder, or the place in an object store, that served artifacts lie in. */
  readonly artifactsDestination: string
  readonly serveArtifacts: boolean
  /** Serves nothing else. */
  readonly artifactsOnly: boolean
  /** Put before every path, such as `/mlflow`. */
  readonly staticPrefix: string
  readonly allowedHosts: readonly string[]
  readonly corsAllowedOrigins: readonly string[]
  readonly xFrameOptions: string
  readonly disableSecurityMiddleware: boolean
  readonly webhookAllowedSchemes: readonly string[]
  /** Lets webhooks reach this machine and the networks that it is in. */
  readonly webhookAllowPrivateIps: boolean
  /** Seconds. */
  readonly webhookRequestTimeout: number
  readonly webhookRequestMaxRetries: number
  /** Any text, of which a key is made; empty to keep the secrets of webhooks as they are. */
  readonly webhookSecretEncryptionKey: string
}

/** Fills in the defaults, and refuses what cannot be. */
export function toConfig(given: Partial<Config> = {}): Config {
  const serveArtifacts = given.serveArtifacts ?? true
  const config = {
    host: '127.0.0.1',
    port: 5000,
    backendStoreUri: 'sqlite:///millrace.db',
    artifactsDestination: './mlartifacts',
    defaultArtifactRoot: serveArtifacts ? 'mlflow-artifacts:' : './mlruns',
    artifactsOnly: false,
    staticPrefix: '',
    allowedHosts: [],
    corsAllowedOrigins: [],
    xFrameOptions: 'SAMEORIGIN',
    disableSecurityMiddleware: false,
    webhookAllowedSchemes: ['https'],
    webhookAllowPrivateIps: false,
    webhookRequestTimeout: 30,
    webhookRequestMaxRetries: 9,
    webhookSecretEncryptionKey: '',
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    serveArtifacts,
  }
  if (!Number.isInteger(config.port) || config.port < 0 || config.port > 65_535)
    throw invalid('port', `expected 0 to 65535, got ${config.port}`)
  if (config.staticPrefix && !/^\/.*[^/]$/.test(config.staticPrefix))
    throw invalid('static-prefix', `it must begin with '/' and not end with it, got '${config.staticPrefix}'`)
  if (/[{}]/.test(config.staticPrefix)) throw invalid('static-prefix', 'it must not hold braces')
  if (!(config.webhookRequestTimeout > 0 && config.webhookRequestTimeout <= 600))
    throw invalid('webhook-request-timeout', `expected seconds, at most 600, got ${config.webhookRequestTimeout}`)
  if (!Number.isInteger(config.webhookRequestMaxRetries) || config.webhookRequestMaxRetries < 0)
    throw invalid('webhook-request-max-retries', `expected a whole number, got ${config.webhookRequestMaxRetries}`)
  const { artifactsDestination, artifactsOnly } = config
  if (/^[a-z][a-z0-9+.-]+:/i.test(artifactsDestination) && !/^file:/i.test(artifactsDestination))
    if (!isObjectStore(artifactsDestination))
      throw invalid(
        'artifacts-destination',
        `expected a folder, s3://…, gs://… or wasbs://…, got '${artifactsDestination}'`,
      )
  if (artifactsOnly && !serveArtifacts) throw invalid('artifacts-only', 'it needs --serve-artifacts')
  return config
}
