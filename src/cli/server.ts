import { setFlagsFromString } from 'node:v8'
import { Command, Option } from 'commander'
import type { Config } from '../server/config.ts'
import { ApiError } from '../wire/errors.ts'
import { IDLE_OPTIONS, REFUSED_OPTIONS, serverOptions } from './options.ts'

export const server = new Command('server')
  .alias('ui')
  .description('Serve the API and the web UI.')
  .action(async (options: Partial<Config>, command: Command) => {
    setFlagsFromString('--semi-space-growth-factor=1') // or V8 holds 100 MB more, and is no quicker for it
    const { startServer } = await import('../server/server.ts')
    const { log } = await import('../server/log.ts')
    for (const { flags, long } of given(command)) {
      const refusal = REFUSED_OPTIONS[flags]
      if (refusal) throw new ApiError('INVALID_PARAMETER_VALUE', `${long} cannot be used: ${refusal}`)
      if (IDLE_OPTIONS[flags]) log('warn', `${long} changes nothing here: ${IDLE_OPTIONS[flags]}`)
    }
    const running = await startServer(options)
    log('info', `Millrace is at ${running.url}`, { store: withoutPassword(options.backendStoreUri) })
    for (const signal of ['SIGTERM', 'SIGINT'] as const)
      process.once(signal, () => void running.close().then(() => process.exit(0)))
  })

for (const option of serverOptions) server.addOption(option)
for (const [flags, reason] of Object.entries(IDLE_OPTIONS))
  server.addOption(new Option(flags, reason).helpGroup('Options of mlflow server that change nothing here:'))
for (const [flags, reason] of Object.entries(REFUSED_OPTIONS))
  server.addOption(new Option(flags, reason).helpGroup('Options of mlflow server that cannot be used:'))

const given = (command: Command) =>
  command.options.filter((option) => command.getOptionValueSource(option.attributeName()) === 'cli')

const withoutPassword = (uri = 'sqlite:///millrace.db') => uri.replace(/:[^:@/]+@/, ':…@')
