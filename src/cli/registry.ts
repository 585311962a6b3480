import { Command, InvalidArgumentError, Option } from 'commander'
import type { Client } from '../client/client.ts'
import type { AppContract } from '../wire/index.ts'
import type { ModelVersion } from '../wire/model-versions.ts'
import type { RegistryEvent } from '../wire/registry.ts'
import { printJson, printRows, shownTime } from './print.ts'

interface Options {
  readonly trackingUri?: string
  readonly json?: boolean
}

/** `millrace registry`: the model registry from a shell. */
export const registry = new Command('registry').description('Registered models, their versions, aliases and stages.')

/** A command of the registry; all know where the store is and how to answer. */
const command = (usage: string, description: string) =>
  registry
    .command(usage)
    .description(description)
    .addOption(
      new Option(
        '--tracking-uri <uri>',
        'the server or database (default: MILLRACE_TRACKING_URI, MLFLOW_TRACKING_URI, or sqlite:///millrace.db)',
      ),
    )
    .option('--json', 'answer in JSON')

command('models', 'List models.')
  .option('--filter <filter>', `such as "name LIKE 'digits%' and tags.team = 'vision'"`)
  .action(async ({ filter, ...options }: Options & { filter?: string }) => {
    const { searchModels } = await sdk(options)
    printRows(
      await searchModels({ ...(filter && { filter }) }),
      {
        name: ({ name }) => name,
        versions: ({ latestVersions }) => latestVersions.map((v) => `${v.version} ${v.currentStage}`).join(', '),
        aliases: ({ aliases }) => aliases.map(({ alias, version }) => `@${alias} ${version}`).join(', '),
        changed: ({ lastUpdatedTimestamp }) => shownTime(lastUpdatedTimestamp),
      },
      options,
    )
  })

command('versions [name]', 'List versions, the newest first.')
  .option('--filter <filter>', `such as "current_stage = 'Production'"`)
  .action(async (name: string | undefined, { filter, ...options }: Options & { filter?: string }) => {
    const { searchModelVersions } = await sdk(options)
    const wanted = [name && `name = '${name.replaceAll("'", "''")}'`, filter && `(${filter})`]
      .filter(Boolean)
      .join(' and ')
    printVersions(await searchModelVersions({ filter: wanted }), options)
  })

command('show <uri>', 'Show the version at models:/name/3, models:/name/Production or models:/name@alias.').action(
  async (uri: string, options: Options) => {
    const { getModelVersion } = await sdk(options)
    printVersions([await getModelVersion(uri)], options)
  },
)

command('register <uri> <name>', 'Register runs:/id/path, models:/m-… or a copy of models:/name/3 as a new version.')
  .option('--description <markdown>', 'what it is')
  .option('--tag <key=value...>', 'a tag of the version', toTag, {})
  .action(
    async (
      uri: string,
      name: string,
      { description, tag, ...options }: Options & { description?: string; tag: Record<string, string> },
    ) => {
      const { registerModel } = await sdk(options)
      printVersions([await registerModel(uri, name, { tags: tag, ...(description && { description }) })], options)
    },
  )

command('alias <name> <alias>', 'Point an alias at a version; without a version, remove it.')
  .argument('[version]', 'its number', toNumber)
  .action(async (name: string, alias: string, version: number | undefined, options: Options) => {
    const { deleteModelAlias, setModelAlias } = await sdk(options)
    if (version === undefined) await deleteModelAlias(name, alias)
    else await setModelAlias(name, alias, version)
    if (options.json) printJson({ name, alias, version })
  })

command('stage <name>', 'Move a version to another stage.')
  .argument('<version>', 'its number', toNumber)
  .argument('<stage>', 'None, Staging, Production or Archived')
  .option('--archive-existing', 'move what is in the stage to Archived')
  .option('--comment <text>', 'why')
  .action(
    async (
      name: string,
      version: number,
      stage: string,
      { archiveExisting, comment, ...options }: Options & { archiveExisting?: boolean; comment?: string },
    ) => {
      const client = await connected(options)
      const { modelVersion } = await client.modelVersions.transitionStage({
        name,
        version,
        stage,
        archiveExistingVersions: archiveExisting ?? false,
        ...(comment && { comment }),
      })
      printVersions([modelVersion], options)
    },
  )

command('rename <name> <new-name>', 'Rename a model; its versions, aliases and history stay.').action(
  async (name: string, newName: string, options: Options) => {
    const { registeredModel } = await (await connected(options)).registeredModels.rename({ name, newName })
    if (options.json) printJson(registeredModel)
  },
)

command('delete <name>', 'Delete a version, or a model with all its versions. The history stays.')
  .argument('[version]', 'its number', toNumber)
  .action(async (name: string, version: number | undefined, options: Options) => {
    const client = await connected(options)
    if (version === undefined) await client.registeredModels.delete({ name })
    else await client.modelVersions.delete({ name, version })
    if (options.json) printJson({ name, version })
  })

command('history [name]', 'Who changed what, the newest first.')
  .addOption(new Option('--version <version>', 'of one version').argParser(toNumber))
  .addOption(new Option('--since <time>', 'from this time on, such as 2026-05-03').argParser(toTime))
  .addOption(new Option('--until <time>', 'up to this time').argParser(toTime))
  .addOption(new Option('--limit <count>', 'at most so many').argParser(toNumber).default(100))
  .action(
    async (
      name: string | undefined,
      {
        limit,
        json,
        trackingUri,
        ...wanted
      }: Options & { limit: number } & Record<'version' | 'since' | 'until', number>,
    ) => {
      const client = await connected({ ...(trackingUri && { trackingUri }) })
      const events: RegistryEvent[] = []
      let pageToken: string | undefined
      do {
        const page = await client.registry.history({
          ...wanted,
          maxResults: Math.min(1000, limit - events.length),
          ...(name !== undefined && { name }),
          ...(pageToken && { pageToken }),
        })
        events.push(...page.events)
        pageToken = page.nextPageToken
      } while (pageToken && events.length < limit)
      printRows(
        events,
        {
          time: ({ timestamp }) => shownTime(timestamp),
          who: ({ userId }) => userId,
          what: ({ action }) => action,
          model: ({ name: model, version }) => (version === undefined ? model : `${model} ${version}`),
          key: ({ key }) => key,
          change: ({ before, after }) => [before, after].map((each) => brief(each ?? '–')).join(' → '),
          comment: ({ comment }) => comment,
        },
        { ...(json && { json }) },
      )
    },
  )

command('as-of <name>', 'The versions of a model, their stages and aliases, as they were at a time.')
  .argument('<time>', 'such as 2026-05-03 or 2026-05-03T12:00Z', toTime)
  .action(async (name: string, timestamp: number, options: Options) => {
    const { versions } = await (await connected(options)).registry.asOf({ name, timestamp })
    printRows(
      versions,
      { version: ({ version }) => version, stage: ({ stage }) => stage, aliases: ({ aliases }) => aliases.join(', ') },
      options,
    )
  })

command('lineage <name>', 'What a version was made from, and what was made from it.')
  .argument('<version>', 'its number', toNumber)
  .action(async (name: string, version: number, options: Options) => {
    const graph = await (await connected(options)).lineage.get({ name, version })
    if (options.json) return printJson(graph)
    const names = new Map(graph.nodes.map((node) => [node.id, `${node.kind.replace('_', ' ')} ${node.name}`]))
    printRows(graph.edges, { from: ({ from }) => names.get(from), to: ({ to }) => names.get(to) }, options)
  })

const printVersions = (versions: readonly ModelVersion[], options: Options) =>
  printRows(
    versions,
    {
      name: ({ name }) => name,
      version: ({ version }) => version,
      stage: ({ currentStage }) => currentStage,
      aliases: ({ aliases }) => aliases.map((alias) => `@${alias}`).join(' '),
      made: ({ creationTimestamp }) => shownTime(creationTimestamp),
      run: ({ runId }) => runId,
      source: ({ source }) => source,
    },
    options,
  )

async function sdk({ trackingUri }: Options): Promise<typeof import('../sdk/index.ts')> {
  const module = await import('../sdk/index.ts')
  if (trackingUri) module.setTrackingUri(trackingUri)
  return module
}

async function connected(options: Options): Promise<Client<AppContract>> {
  const { getTrackingUri } = await sdk(options)
  return await (await import('../sdk/open.node.ts')).connect(getTrackingUri())
}

function toNumber(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError(`'${text}' is not a whole number.`)
  return Number(text)
}

function toTime(text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time))
    throw new InvalidArgumentError(`'${text}' is not a time, such as 2026-05-03 or 2026-05-03T12:00Z.`)
  return time
}

function toTag(text: string, tags: Record<string, string>): Record<string, string> {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError(`'${text}' is not of the form key=value.`)
  return { ...tags, [text.slice(0, at)]: text.slice(at + 1) }
}

const brief = (text: string) => (text.length > 40 ? `${text.slice(0, 39)}…` : text)
