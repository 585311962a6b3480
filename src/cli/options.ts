import { InvalidArgumentError, Option } from 'commander'

/** An option that `mlflow server` has too, with its environment variable in either spelling; ours counts first. */
const serverOption = (flags: string, description: string, variable: string): Option =>
  new Option(flags, description).env(spellingOf(variable))

/** The same without a value, given by its variable only when that says what the switch does. */
function serverSwitch(flags: string, description: string, variable: string, says = true): Option {
  const name = spellingOf(variable)
  const option = new Option(flags, `${description} (${name}=${says})`)
  const value = process.env[name]
  return value !== undefined && /^(1|true|yes|on)$/i.test(value.trim()) === says ? option.env(name) : option
}

function spellingOf(variable: string): string {
  const ours = `MILLRACE_${variable}`
  const theirs = `MLFLOW_${variable}`
  return process.env[ours] === undefined && process.env[theirs] !== undefined ? theirs : ours
}

const toPort = (text: string) => {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('it must be a number from 0 to 65535.')
  return Number(text)
}
const toList = (text: string) =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean)

/** Where a store is, and its artifacts. */
export const storeOptions = [
  serverOption(
    '--backend-store-uri <uri>',
    'where runs are kept: sqlite:///file.db or postgresql://… (default: "sqlite:///millrace.db")',
    'BACKEND_STORE_URI',
  ),
  serverOption(
    '--artifacts-destination <place>',
    'where artifacts are kept: a folder, s3://bucket/path, gs://… or wasbs://… (default: "./mlartifacts")',
    'ARTIFACTS_DESTINATION',
  ),
  serverOption(
    '--default-artifact-root <uri>',
    'where new experiments put their artifacts (default: "mlflow-artifacts:/", this server)',
    'DEFAULT_ARTIFACT_ROOT',
  ),
  serverSwitch('--serve-artifacts', 'serve artifacts, as is the default', 'SERVE_ARTIFACTS'),
  serverSwitch('--no-serve-artifacts', 'let clients reach the artifacts themselves', 'SERVE_ARTIFACTS', false),
]

export const serverOptions = [
  ...storeOptions,
  serverSwitch('--artifacts-only', 'serve artifacts and nothing else', 'ARTIFACTS_ONLY'),
  serverOption('-h, --host <host>', 'address to listen on (default: "127.0.0.1", this machine only)', 'HOST'),
  serverOption('-p, --port <port>', 'port to listen on (default: 5000)', 'PORT').argParser(toPort),
  serverOption('--static-prefix <path>', 'path put before every address, such as /mlflow', 'STATIC_PREFIX'),
  serverOption(
    '--allowed-hosts <hosts>',
    'host names that requests may be for, with commas',
    'SERVER_ALLOWED_HOSTS',
  ).argParser(toList),
  serverOption(
    '--cors-allowed-origins <origins>',
    'origins whose pages may call the API, with commas',
    'SERVER_CORS_ALLOWED_ORIGINS',
  ).argParser(toList),
  serverOption(
    '--x-frame-options <value>',
    'SAMEORIGIN, DENY or NONE (default: "SAMEORIGIN")',
    'SERVER_X_FRAME_OPTIONS',
  ).choices(['SAMEORIGIN', 'DENY', 'NONE']),
  serverSwitch(
    '--disable-security-middleware',
    'check neither Host nor Origin of requests',
    'SERVER_DISABLE_SECURITY_MIDDLEWARE',
  ),
  serverOption(
    '--webhook-allowed-schemes <schemes>',
    'what addresses of webhooks may begin with, with commas (default: "https")',
    'WEBHOOK_ALLOWED_SCHEMES',
  ).argParser(toList),
  serverSwitch(
    '--webhook-allow-private-ips',
    'let webhooks reach this machine and private networks',
    'WEBHOOK_ALLOW_PRIVATE_IPS',
  ),
  serverOption(
    '--webhook-request-timeout <seconds>',
    'how long a webhook may take to answer (default: 30)',
    'WEBHOOK_REQUEST_TIMEOUT',
  ).argParser(Number),
  serverOption(
    '--webhook-request-max-retries <n>',
    'how often a webhook is tried again, over hours (default: 9)',
    'WEBHOOK_REQUEST_MAX_RETRIES',
  ).argParser(Number),
  serverOption(
    '--webhook-secret-encryption-key <key>',
    'encrypts the secrets of webhooks in the store; better given by its variable',
    'WEBHOOK_SECRET_ENCRYPTION_KEY',
  ),
]

/** Options of `mlflow server` that change nothing here, and why. */
export const IDLE_OPTIONS: Record<string, string> = {
  '-w, --workers <n>': 'one process serves all; run more of them on PostgreSQL to serve more',
  '--gunicorn-opts <opts>': 'there is no gunicorn',
  '--waitress-opts <opts>': 'there is no waitress',
  '--uvicorn-opts <opts>': 'there is no uvicorn',
  '--dev': 'npm start is the way to work on Millrace itself',
  '--expose-prometheus <folder>': '/metrics is always there',
  '--registry-store-uri <uri>': 'models are kept in the backend store',
  '--read-replica-backend-store-uri <uri>': 'all is read from the backend store',
  '--trace-archival-config <file>': 'traces are not archived',
  '--secrets-cache-ttl <seconds>': 'there are no gateway secrets',
  '--secrets-cache-max-size <n>': 'there are no gateway secrets',
  '--disable-workspaces': 'there are none',
}

/** Options of `mlflow server` that would promise what Millrace does not do, and so keep it from starting. */
export const REFUSED_OPTIONS: Record<string, string> = {
  '--app-name <name>': 'Millrace has no accounts yet; put it behind a proxy that has',
  '--enable-workspaces': 'Millrace has no workspaces',
  '--workspace-store-uri <uri>': 'Millrace has no workspaces',
}
