export { type EmbeddedApp, openApp } from './app.ts'
export { type Config, toConfig } from './config.ts'
export { type RunningServer, startServer } from './server.ts'
export { VERSION } from './version.ts'
