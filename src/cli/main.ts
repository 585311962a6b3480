import { Command } from 'commander'
import { VERSION } from '../server/version.ts'
import { ApiError } from '../wire/errors.ts'
import { server } from './server.ts'

const program = new Command('millrace')
  .description('A lightweight machine learning platform that speaks the protocol of MLflow.')
  .version(VERSION)
  .addCommand(server)

try {
  await program.parseAsync()
} catch (error) {
  // a failure that was made for the user is a sentence; any other is a bug, with its stack
  console.error(error instanceof ApiError ? `millrace: ${error.message}` : error)
  process.exitCode = error instanceof ApiError ? 1 : 2
}
