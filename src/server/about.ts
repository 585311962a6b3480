import type { Blobs } from '../blobs/blobs.ts'
import type { Handlers } from '../wire/endpoint.ts'
import { ApiError } from '../wire/errors.ts'
import type { contract } from '../wire/index.ts'
import type { Meter } from './meter.ts'
import { MLFLOW_VERSION, VERSION } from './version.ts'

/** What a server says of itself. */
export function serverHandlers(meter: Meter, served: Blobs | undefined): Handlers<typeof contract.server> {
  return {
    health: () => text('OK'),
    version: () => text(MLFLOW_VERSION),
    metrics: () => text(meter.expose(), 'text/plain; version=0.0.4; charset=utf-8'),
    info: () => ({
      storeType: 'SqlStore',
      workspacesEnabled: false,
      traceArchivalEnabled: false,
      multipartUploadsEnabled: served?.direct?.inParts !== undefined,
      multipartDownloadsEnabled: served?.direct !== undefined,
      presignedUploadRunIdSupported: true,
      presignedUploadModelIdSupported: true,
      featuresEnabled: { gateway: false },
      millraceVersion: VERSION,
    }),
  }
}

/** The handlers of what a server was told not to do. */
export function refusing<S extends object>(service: S, reason: string): { [name in keyof S]: () => never } {
  const refuse = () => {
    throw new ApiError('TEMPORARILY_UNAVAILABLE', reason)
  }
  return Object.fromEntries(Object.keys(service).map((name) => [name, refuse])) as { [name in keyof S]: () => never }
}

const text = (body: string, type = 'text/plain; charset=utf-8') =>
  new Response(body, { headers: { 'content-type': type } })
