import type { Transaction } from '../db/db.ts'
import { invalid } from '../wire/errors.ts'
import type { RegistryAction } from '../wire/registry.ts'
import type { WebhookEvent } from '../wire/webhooks.ts'
import type { Change } from './events.ts'
import { IS_PROMPT } from '../search/registered-models.ts'

const PROMPT_TYPE = '_mlflow_prompt_type'
const PROMPT_TEXT = 'mlflow.prompt.text'

type Data = Readonly<Record<string, unknown>>

const model = { name: 'example_model' }
const prompt = { name: 'example_prompt' }
const tag = { key: 'example_key', value: 'example_value' }
const tags = { example_key: 'example_value' }

/** Every event that a webhook can be told, with an example of its data. */
const EXAMPLES: Readonly<Record<string, Data>> = {
  'registered_model.created': { ...model, tags, description: 'An example registered model' },
  'model_version.created': {
    ...model,
    version: '1',
    source: 'models:/123',
    run_id: 'abcd1234abcd5678',
    tags,
    description: 'An example model version',
  },
  'model_version_tag.set': { ...model, version: '1', ...tag },
  'model_version_tag.deleted': { ...model, version: '1', key: tag.key },
  'model_version_alias.created': { ...model, alias: 'example_alias', version: '1' },
  'model_version_alias.deleted': { ...model, alias: 'example_alias' },
  'prompt.created': { ...prompt, tags, description: 'An example prompt' },
  'prompt_version.created': {
    ...prompt,
    version: '1',
    template: 'Hello {{name}}!',
    tags,
    description: 'An example prompt version',
  },
  'prompt_tag.set': { ...prompt, ...tag },
  'prompt_tag.deleted': { ...prompt, key: tag.key },
  'prompt_version_tag.set': { ...prompt, version: '1', ...tag },
  'prompt_version_tag.deleted': { ...prompt, version: '1', key: tag.key },
  'prompt_alias.created': { ...prompt, alias: 'example_alias', version: '1' },
  'prompt_alias.deleted': { ...prompt, alias: 'example_alias' },
  'budget_policy.exceeded': {
    budget_policy_id: 'bp-abc123',
    budget_unit: 'USD',
    budget_amount: 100,
    current_spend: 105.5,
    duration_unit: 'MONTHS',
    duration_value: 1,
    target_scope: 'ENDPOINT',
    workspace: 'default',
    target_value: 'ep-abc123',
    window_start: 1704067200000,
  },
}

/** What a change is called: of a model, and of a prompt. Others are told to nobody. */
const NAMES: Partial<Record<RegistryAction, readonly [ofModel: string | undefined, ofPrompt: string]>> = {
  'registered_model.created': ['registered_model.created', 'prompt.created'],
  'registered_model_tag.set': [undefined, 'prompt_tag.set'],
  'registered_model_tag.deleted': [undefined, 'prompt_tag.deleted'],
  'model_version.created': ['model_version.created', 'prompt_version.created'],
  'model_version_tag.set': ['model_version_tag.set', 'prompt_version_tag.set'],
  'model_version_tag.deleted': ['model_version_tag.deleted', 'prompt_version_tag.deleted'],
  'model_version_alias.created': ['model_version_alias.created', 'prompt_alias.created'],
  'model_version_alias.deleted': ['model_version_alias.deleted', 'prompt_alias.deleted'],
}

export const exampleOf = (event: string): Data => EXAMPLES[event]!

/** @throws ApiError for an action that the entity does not have. */
export function toEventName(field: string, { entity, action }: WebhookEvent): string {
  const name = `${entity}.${action}`.toLowerCase()
  if (!Object.hasOwn(EXAMPLES, name)) throw invalid(field, `there is no ${action} of a ${entity}`)
  return name
}

export function toWebhookEvent(name: string): WebhookEvent {
  const [entity, action] = name.toUpperCase().split('.') as [WebhookEvent['entity'], WebhookEvent['action']]
  return { entity, action }
}

/** The changes that webhooks are told of: what is made with its tags is told once, with them. */
export function toldOf(changes: readonly Change[]): [event: string, change: Change][] {
  const created = changes.filter(({ action }) => /^(registered_model|model_version)\.created$/.test(action))
  return (created.length > 0 ? created : changes).flatMap((change) => {
    const name = NAMES[change.action]?.[change.model.is_prompt]
    return name ? [[name, change]] : []
  })
}

/** What MLflow tells of a change, in its order. */
export async function dataOf(
  tx: Transaction,
  event: string,
  { model: { id, name }, version, key, after }: Change,
  changes: readonly Change[],
): Promise<Data> {
  const [entity, action] = event.split('.') as [string, string]
  const about = { name, ...(version !== undefined && { version: String(version) }) }
  if (entity.endsWith('_tag')) return { ...about, key, ...(action === 'set' && { value: after }) }
  if (entity.endsWith('_alias')) return { name, alias: key, ...(action === 'created' && { version: after }) }

  const given = new Map(changes.flatMap((each) => (each.key === undefined ? [] : [[each.key, each.after]])))
  const template = given.get(PROMPT_TEXT) ?? null
  const own = entity === 'prompt' ? [IS_PROMPT, PROMPT_TYPE] : [IS_PROMPT, PROMPT_TYPE, PROMPT_TEXT]
  if (entity.startsWith('prompt')) for (const each of own) given.delete(each)
  const labels = Object.fromEntries(given)
  if (version === undefined) return { name, tags: labels, description: after }

  const row = await tx.get<{ source: string; run_id: string; description: string | null }>(
    'select source, run_id, description from model_versions where model = ? and version = ?',
    [id, version],
  )
  const { source, run_id, description } = row!
  return {
    ...about,
    ...(entity === 'prompt_version' ? { template } : { source, run_id: run_id || null }),
    tags: labels,
    description: description || null,
  }
}

/** The body of a request: JSON as Python writes it, so that receivers find the very bytes that MLflow would send. */
export function toBody(event: string, time: number, data: Data): string {
  const [entity, action] = event.split('.')
  const timestamp = new Date(time).toISOString().replace('Z', '000+00:00')
  return toJson({ entity, action, timestamp, data })
}

function toJson(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([key, each]) => `${toJson(key)}: ${toJson(each)}`)
      .join(', ')}}`
  return JSON.stringify(value).replace(
    /[\x7f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
