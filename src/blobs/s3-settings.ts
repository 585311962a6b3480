import { ApiError, invalid } from '../wire/errors.ts'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** How to reach a bucket. */
export interface S3Settings {
  readonly bucket: string
  /** Where its objects are addressed, without a slash at the end. */
  readonly url: string
  readonly region: string
  readonly trustAnyCertificate: boolean
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
  /** Sent with every new object. */
  readonly objectHeaders: Readonly<Record<string, string>>
  readonly credentials: () => Promise<Credentials>
}

type Environment = Readonly<Record<string, string | undefined>>

const OBJECT_HEADERS: Record<string, string> = {
  ACL: 'x-amz-acl',
  ServerSideEncryption: 'x-amz-server-side-encryption',
  SSEKMSKeyId: 'x-amz-server-side-encryption-aws-kms-key-id',
  StorageClass: 'x-amz-storage-class',
}

/** Reads what MLflow and AWS's own tools read. */
export function readS3Settings(bucket: string, environment: Environment): S3Settings {
  const {
    MLFLOW_S3_ENDPOINT_URL,
    AWS_ENDPOINT_URL_S3,
    AWS_ENDPOINT_URL,
    AWS_REGION,
    AWS_DEFAULT_REGION,
    MLFLOW_BOTO_CLIENT_ADDRESSING_STYLE: style,
    MLFLOW_S3_IGNORE_TLS,
    MLFLOW_S3_EXPECTED_BUCKET_OWNER: owner,
  } = environment
  const region = AWS_REGION || AWS_DEFAULT_REGION || 'us-east-1'
  const own = MLFLOW_S3_ENDPOINT_URL || AWS_ENDPOINT_URL_S3 || AWS_ENDPOINT_URL
  if (own && !/^https?:\/\/[^/]/.test(own))
    throw invalid('MLFLOW_S3_ENDPOINT_URL', `expected http://… or https://…, got '${own}'`)
  const endpoint = (own || `https://s3.${region}.amazonaws.com`).replace(/\/$/, '')
  const inPath = style === 'path' || (style !== 'virtual' && (own !== undefined || bucket.includes('.')))
  return {
    bucket,
    url: inPath ? `${endpoint}/${bucket}` : endpoint.replace('://', `://${bucket}.`),
    region,
    trustAnyCertificate: /^(1|true)$/i.test(MLFLOW_S3_IGNORE_TLS ?? ''),
    headers: owner ? { 'x-amz-expected-bucket-owner': owner } : {},
    objectHeaders: toObjectHeaders(environment['MLFLOW_S3_UPLOAD_EXTRA_ARGS'] || '{}'),
    credentials: credentialsFrom(environment),
  }
}

function toObjectHeaders(json: string): Record<string, string> {
  const field = 'MLFLOW_S3_UPLOAD_EXTRA_ARGS'
  let given: unknown
  try {
    given = JSON.parse(json)
  } catch (cause) {
    throw Object.assign(invalid(field, `expected JSON, got '${json}'`), { cause })
  }
  return Object.fromEntries(
    Object.entries(Object(given)).map(([name, value]) => {
      if (OBJECT_HEADERS[name]) return [OBJECT_HEADERS[name], String(value)]
      throw invalid(field, `'${name}' is not one of ${Object.keys(OBJECT_HEADERS).join(', ')}`)
    }),
  )
}

function credentialsFrom(environment: Environment): () => Promise<Credentials> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE } = environment
  if (AWS_ACCESS_KEY_ID && AWS_SECRET_ACCESS_KEY && !AWS_PROFILE) {
    const given = {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      sessionToken: AWS_SESSION_TOKEN,
    }
    return async () => given
  }
  let provider: Promise<() => Promise<Credentials>> | undefined
  return async () => await (await (provider ??= openProvider()))().catch(refuse)
}

/** The way to profiles and roles, which knows when credentials expire. */
async function openProvider(): Promise<() => Promise<Credentials>> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node').catch((cause: Error) => {
    throw new ApiError(
      'INVALID_STATE',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set. To use profiles and roles of AWS, install what finds them: ' +
        'npm install @aws-sdk/credential-provider-node',
      { cause },
    )
  })
  return defaultProvider()
}

const refuse = (cause: Error): never => {
  throw new ApiError('INVALID_STATE', `There are no credentials for S3: ${cause.message}`, { cause })
}
