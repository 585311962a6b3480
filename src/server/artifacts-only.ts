import { proxyHandlers } from '../artifacts/proxy.ts'
import type { Roots } from '../artifacts/roots.ts'
import { createApp, routes } from '../http/app.ts'
import { pageFiles } from '../http/pages.ts'
import { secured } from '../http/security.ts'
import { contract } from '../wire/index.ts'
import { refusing, serverHandlers } from './about.ts'
import type { EmbeddedApp } from './app.ts'
import type { Config } from './config.ts'
import { log } from './log.ts'
import { createMeter } from './meter.ts'

/** An app that hands artifacts through and does nothing else; it needs no store. */
export function openArtifactsApp(config: Config, { served }: Roots): EmbeddedApp {
  const meter = createMeter()
  const { server, proxy, ...rest } = contract
  const all = [
    ...routes(server, serverHandlers(meter, served)),
    ...routes(proxy, proxyHandlers(served!)),
    ...Object.values(rest).flatMap((service) =>
      routes(service, refusing(service, 'This server was started with --artifacts-only')),
    ),
  ]
  const app = createApp(all, {
    prefix: config.staticPrefix,
    fallback: pageFiles(config.staticPrefix),
    onAnswer: meter.observe,
    onBug: (error, { method, url }) =>
      log('error', 'A request failed for a reason of ours', { method, url, stack: (error as Error)?.stack ?? error }),
  })
  return {
    app: config.disableSecurityMiddleware ? app : secured(app, config),
    config,
    startWebhooks() {},
    endStreams() {},
    async close() {},
  }
}
