import { Command, Option } from 'commander'
import type { Config } from '../server/config.ts'
import { IDLE_OPTIONS, serverOptions } from './options.ts'

export const server = new Command('server')
  .alias('ui')
  .description('Serve the API and the web UI.')
  .action(async (options: Partial<Config>, command: Command) => {
    const { startServer } = await import('../server/server.ts')
    const { log } = await import('../server/log.ts')
    for (const option of command.options) {
      const reason =
        option.hidden && command.getOptionValue(option.attributeName()) !== undefined && IDLE_OPTIONS[option.flags]
      if (reason) log('warn', `${option.long} changes nothing here: ${reason}`)
    }
    const running = await startServer(options)
    log('info', `Millrace is at ${running.url}`, { store: withoutPassword(options.backendStoreUri) })
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => void running.close().then(() => process.exit(0)))
  })

for (const option of serverOptions) server.addOption(option)
for (const flags of Object.keys(IDLE_OPTIONS)) server.addOption(new Option(flags).hideHelp())

const withoutPassword = (uri = 'sqlite:///millrace.db') => uri.replace(/:[^:@/]+@/, ':…@')
