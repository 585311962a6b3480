import { Command } from 'commander'
import { VERSION } from '../server/version.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { registry } from './registry.ts'
import { server } from './server.ts'

const program = new Command('millrace')
  .description('A lightweight machine learning platform that speaks the protocol of MLflow.')
  .version(VERSION)
  .enablePositionalOptions() // or `registry history --version 2` would mean ours
  .addCommand(server)
  .addCommand(registry)
  .addCommand(importCommand)
  .addCommand(exportCommand)

try {
  await program.parseAsync()
} catch (error) {
  // a failure that was made for the user is a sentence; any other is a bug, with its stack
  const isAnswer = error instanceof Error && error.name === 'ApiError'
  console.error(isAnswer ? `millrace: ${error.message}` : error)
  process.exitCode = isAnswer ? 1 : 2
}
