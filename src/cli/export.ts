import { Command, Option } from 'commander'
import type { Config } from '../server/config.ts'
import { storeOptions } from './options.ts'
import { printJson } from './print.ts'
import { createProgress } from './progress.ts'
import { describeTally } from './tally.ts'

const FORMATS = ['mlruns', 'mlflow', 'csv', 'jsonl', 'parquet'] as const

interface Options extends Partial<Config> {
  readonly format?: (typeof FORMATS)[number]
  readonly experiment: readonly string[]
  readonly filter?: string
  readonly artifacts: 'copy' | 'reference'
  readonly json?: boolean
}

export const exportCommand = new Command('export')
  .argument('<destination>', 'a new folder, or a new file that ends in .db, .csv, .jsonl or .parquet')
  .description('Write experiments as MLflow keeps them, or as tables for other tools.')
  .addOption(
    new Option(
      '--format <format>',
      'mlruns (a folder), mlflow (a SQLite file of MLflow) or a table; else by the ending',
    ).choices(FORMATS),
  )
  .option('--experiment <name or id...>', 'only these', [])
  .option('--filter <filter>', `of runs only those that it holds for, such as "metrics.loss < 0.1"`)
  .addOption(
    new Option('--artifacts <how>', 'copy them beside, or let runs refer to where they are')
      .choices(['copy', 'reference'])
      .default('copy'),
  )
  .option('--json', 'answer in JSON')
  .action(async (destination: string, options: Options) => {
    const { toConfig } = await import('../server/config.ts')
    const { openRoots, openStore } = await import('../server/store.ts')
    const { exportTo } = await import('../transfer/export.ts')
    const { openSink } = await import('../transfer/open-sink.ts')
    const { storeSource } = await import('../transfer/store-source.ts')

    const { format, experiment: experiments, filter, artifacts, json = false, ...given } = options
    const config = toConfig(given)
    const begun = performance.now()
    const db = await openStore(config)
    try {
      const source = storeSource(db, { roots: await openRoots(config), experiments, filter })
      const sink = await openSink(destination, format, db, source)
      const progress = createProgress(experiments.length > 0 || filter ? {} : await source.totals())
      const tally = await exportTo(sink, source, {
        copyArtifacts: artifacts === 'copy',
        onProgress: progress.show,
      })
      progress.end()
      const seconds = (performance.now() - begun) / 1000
      if (json) printJson({ ...tally, seconds })
      else for (const line of describeTally('exported', tally, seconds)) console.log(line)
    } finally {
      await db.close()
    }
  })

for (const option of storeOptions) exportCommand.addOption(option)
