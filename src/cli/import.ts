import { setTimeout } from 'node:timers/promises'
import { Command, Option } from 'commander'
import type { Config } from '../server/config.ts'
import type { Source } from '../transfer/source.ts'
import type { Tally } from '../transfer/tally.ts'
import { storeOptions } from './options.ts'
import { printJson } from './print.ts'
import { createProgress } from './progress.ts'
import { describeTally } from './tally.ts'

const SHORTEST_WAIT_MS = 2000

interface Options extends Partial<Config> {
  readonly artifacts: 'copy' | 'reference'
  readonly sourceArtifacts?: string
  readonly watch?: boolean
  readonly json?: boolean
}

export const importCommand = new Command('import')
  .argument('<source>', 'an mlruns folder, an MLflow database (file, sqlite:, postgresql:, mysql:) or http://…')
  .description('Bring experiments from MLflow, under the ids they have. What was brought before is not brought again.')
  .addOption(
    new Option('--artifacts <how>', 'copy them, or let runs refer to where they are')
      .choices(['copy', 'reference'])
      .default('copy'),
  )
  .option('--source-artifacts <folder>', 'what mlflow-artifacts:/ means there (default: mlartifacts beside the source)')
  .option('--watch', 'go on bringing what changes, until it is stopped')
  .option('--json', 'answer in JSON')
  .action(async (named: string, options: Options) => {
    const { toConfig } = await import('../server/config.ts')
    const { openRoots, openStore } = await import('../server/store.ts')
    const { importFrom } = await import('../transfer/import.ts')
    const { openSource } = await import('../transfer/open-source.ts')
    const { keyCatalogue } = await import('../tracking/keys.ts')

    const { artifacts, sourceArtifacts, watch = false, json = false, ...given } = options
    const config = toConfig(given)
    const stopping = stopOnSignal(watch)
    const source = await openSource(named, { artifacts: sourceArtifacts })
    const db = await openStore(config)
    const store = { db, keys: keyCatalogue(), now: Date.now }
    const copyTo = { roots: await openRoots(config), root: config.defaultArtifactRoot.replace(/\/$/, '') }
    try {
      if (!json) console.error(`Importing ${source.what}, ${source.name}`)
      for (let followOnly = false; ; followOnly = true) {
        const begun = performance.now()
        const progress = createProgress(followOnly ? {} : await source.totals())
        const tally = await importFrom(source, store, {
          ...(artifacts === 'copy' && { copyTo }),
          followOnly,
          onProgress: progress.show,
          signal: stopping,
        })
        progress.end()
        const seconds = (performance.now() - begun) / 1000
        if (!followOnly || tally.runs + tally.models > 0) say(source, tally, seconds, json)
        if (!watch || stopping.aborted) return
        // a source that takes long to look through is looked at less often
        await setTimeout(Math.max(SHORTEST_WAIT_MS, seconds * 5000), undefined, { signal: stopping }).catch(() => {})
        if (stopping.aborted) return
      }
    } finally {
      await source.close()
      await db.close()
    }
  })

for (const option of storeOptions) importCommand.addOption(option)

function say({ lacks, what }: Source, tally: Tally, seconds: number, json: boolean): void {
  if (json) return printJson({ ...tally, lacks, seconds })
  for (const line of describeTally('imported', tally, seconds)) console.log(line)
  if (lacks.length > 0) console.log(`Not there, for it is ${what}: ${lacks.join(', ')}`)
}

/** Of a watch, Ctrl-C is the end and no failure; any other import it cuts off at once, to be gone on with later. */
function stopOnSignal(watch: boolean): AbortSignal {
  const stopping = new AbortController()
  if (watch) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())
  return stopping.signal
}
