import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { send } from '../../test/app.ts'
import { atEnd, databases } from '../../test/databases.ts'
import { eventOf, openListener, signatureOf } from '../../test/listener.ts'
import { createClient } from '../client/client.ts'
import type { Db } from '../db/db.ts'
import { openApp } from '../server/app.ts'
import type { Config } from '../server/config.ts'
import { contract } from '../wire/index.ts'
import type { WebhookDelivery, WebhookEvent } from '../wire/webhooks.ts'

const created = { entity: 'REGISTERED_MODEL', action: 'CREATED' } as const
const tagged = { entity: 'MODEL_VERSION_TAG', action: 'SET' } as const
const everything: WebhookEvent[] = [
  ...(['REGISTERED_MODEL', 'MODEL_VERSION', 'PROMPT', 'PROMPT_VERSION'] as const).map(
    (entity) => ({ entity, action: 'CREATED' }) as const,
  ),
  ...(['MODEL_VERSION_TAG', 'PROMPT_TAG', 'PROMPT_VERSION_TAG'] as const).flatMap((entity) => [
    { entity, action: 'SET' } as const,
    { entity, action: 'DELETED' } as const,
  ]),
  ...(['MODEL_VERSION_ALIAS', 'PROMPT_ALIAS'] as const).flatMap((entity) => [
    { entity, action: 'CREATED' } as const,
    { entity, action: 'DELETED' } as const,
  ]),
]
const reachable = { webhookAllowedSchemes: ['http', 'https'], webhookAllowPrivateIps: true }
const SECRET = 'naïve secret'

/** A server on a store, that delivers. */
async function serve(db: Db, config: Partial<Config> = reachable) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-webhooks-'))
  const opened = await openApp({ backendStoreUri: db.uri, artifactsDestination: folder, ...config })
  let closing: Promise<void> | undefined
  const close = () => (closing ??= opened.close())
  atEnd(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })
  opened.startWebhooks()
  const client = createClient(contract, { baseUrl: 'http://localhost', fetch: opened.app })

  /** Waits until a webhook's newest delivery was tried and has come to this. */
  async function delivery(webhookId: string, status: WebhookDelivery['status']): Promise<WebhookDelivery> {
    for (let i = 0; i < 1000; i++) {
      const [newest] = (await client.webhooks.deliveries({ webhookId })).deliveries
      if (newest?.status === status && newest.attempts > 0) return newest
      await setTimeout(10)
    }
    throw new Error(`no delivery is ${status}`)
  }
  const listen = async (url: string, secret?: string) =>
    (await client.webhooks.create({ name: 'x', url, events: [created], ...(secret && { secret }) })).webhook.webhookId
  return { app: opened.app, client, close, delivery, listen }
}

for (const [name, open] of Object.entries(databases))
  describe(`webhooks on ${name}`, { timeout: 60_000 }, () => {
    it('are told of what happened, signed', async () => {
      const listener = await openListener()
      const { client, listen, delivery } = await serve(await open())
      const webhookId = await listen(`${listener.url}/hook`, SECRET)
      await client.registeredModels.create({ name: 'fraud', tags: [{ key: 'team', value: 'risk' }] })
      const [heard] = await listener.hear(1)
      const { timestamp, ...told } = JSON.parse(heard!.body) as Record<string, unknown>
      assert.deepEqual(told, {
        entity: 'registered_model',
        action: 'created',
        data: { name: 'fraud', tags: { team: 'risk' }, description: '' },
      })
      assert.match(String(timestamp), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00$/)
      assert.equal(heard!.headers['x-mlflow-signature'], signatureOf(heard!, SECRET))
      const { deliveryId, payload, attempts, responseStatus } = await delivery(webhookId, 'DELIVERED')
      assert.deepEqual(
        [deliveryId, payload, attempts, responseStatus],
        [heard!.headers['x-mlflow-delivery-id'], heard!.body, 1, 200],
      )
    })

    it('are told of models and of prompts each by their names, as Python writes JSON', async () => {
      const listener = await openListener()
      const { client } = await serve(await open())
      await client.webhooks.create({ name: 'x', url: listener.url, events: everything })
      const { registeredModels, modelVersions } = client
      const told: string[] = []
      for (const prompt of [false, true]) {
        const name = prompt ? 'greeting' : 'modèle'
        const mark = prompt ? [{ key: 'mlflow.prompt.is_prompt', value: 'true' }] : []
        const text = { key: 'mlflow.prompt.text', value: 'Hello {{name}}\u{1f642}' }
        await registeredModels.create({ name, tags: mark, description: '"\x7f' })
        await modelVersions.create({ name, source: prompt ? 'prompt-template' : 's3://b/m', tags: [...mark, text] })
        await registeredModels.setTag({ name, key: 'k', value: 'v' })
        await registeredModels.deleteTag({ name, key: 'k' })
        await modelVersions.setTag({ name, version: 1, key: 'k', value: 'v' })
        await modelVersions.deleteTag({ name, version: 1, key: 'k' })
        await registeredModels.setAlias({ name, alias: 'live', version: 1 })
        await modelVersions.transitionStage({ name, version: 1, stage: 'Staging', archiveExistingVersions: false })
        await modelVersions.delete({ name, version: 1 })
        const heard = await listener.hear(prompt ? 14 : 6)
        told.push(...heard.slice(told.length).map(({ body }) => body.replace(/ "timestamp": ".*?",/, '')))
      }
      assert.deepEqual(told, [
        String.raw`{"entity": "registered_model", "action": "created", "data": {"name": "mod\u00e8le", "tags": {}, "description": "\"\u007f"}}`,
        String.raw`{"entity": "model_version", "action": "created", "data": {"name": "mod\u00e8le", "version": "1", "source": "s3://b/m", "run_id": null, "tags": {"mlflow.prompt.text": "Hello {{name}}\ud83d\ude42"}, "description": null}}`,
        String.raw`{"entity": "model_version_tag", "action": "set", "data": {"name": "mod\u00e8le", "version": "1", "key": "k", "value": "v"}}`,
        String.raw`{"entity": "model_version_tag", "action": "deleted", "data": {"name": "mod\u00e8le", "version": "1", "key": "k"}}`,
        String.raw`{"entity": "model_version_alias", "action": "created", "data": {"name": "mod\u00e8le", "alias": "live", "version": "1"}}`,
        String.raw`{"entity": "model_version_alias", "action": "deleted", "data": {"name": "mod\u00e8le", "alias": "live"}}`,
        String.raw`{"entity": "prompt", "action": "created", "data": {"name": "greeting", "tags": {}, "description": "\"\u007f"}}`,
        String.raw`{"entity": "prompt_version", "action": "created", "data": {"name": "greeting", "version": "1", "template": "Hello {{name}}\ud83d\ude42", "tags": {}, "description": null}}`,
        '{"entity": "prompt_tag", "action": "set", "data": {"name": "greeting", "key": "k", "value": "v"}}',
        '{"entity": "prompt_tag", "action": "deleted", "data": {"name": "greeting", "key": "k"}}',
        '{"entity": "prompt_version_tag", "action": "set", "data": {"name": "greeting", "version": "1", "key": "k", "value": "v"}}',
        '{"entity": "prompt_version_tag", "action": "deleted", "data": {"name": "greeting", "version": "1", "key": "k"}}',
        '{"entity": "prompt_alias", "action": "created", "data": {"name": "greeting", "alias": "live", "version": "1"}}',
        '{"entity": "prompt_alias", "action": "deleted", "data": {"name": "greeting", "alias": "live"}}',
      ])
    })

    it('do not wait for one that does not answer', async () => {
      const slow = await openListener(() => {})
      const quick = await openListener()
      const { client, listen } = await serve(await open(), { ...reachable, webhookRequestTimeout: 2 })
      await listen(slow.url)
      await listen(quick.url)
      for (const each of ['a', 'b', 'c']) await client.registeredModels.create({ name: each })
      await quick.hear(3)
      assert.ok(slow.heard.length < 2)
    })

    it('are not signed without a secret, or when it was taken away', async () => {
      const listener = await openListener()
      const { client, listen } = await serve(await open())
      await listen(`${listener.url}/none`)
      const webhookId = await listen(`${listener.url}/taken`, SECRET)
      await client.webhooks.update({ webhookId, secret: '' })
      await client.registeredModels.create({ name: 'fraud' })
      const heard = await listener.hear(2)
      assert.deepEqual(heard.map(({ path }) => path).sort(), ['/none', '/taken'])
      assert.deepEqual(
        heard.map(({ headers }) => headers['x-mlflow-signature']),
        [undefined, undefined],
      )
    })

    it('hear each thing in its order, and once from two servers', async () => {
      const listener = await openListener()
      const db = await open()
      const [one, other] = [await serve(db), await serve(db)]
      await one.client.webhooks.create({ name: 'x', url: listener.url, events: [tagged] })
      await one.client.registeredModels.create({ name: 'm' })
      await one.client.modelVersions.create({ name: 'm', source: 's3://bucket/m' })
      for (let i = 0; i < 30; i++)
        await (i % 2 ? one : other).client.modelVersions.setTag({ name: 'm', version: 1, key: 'k', value: String(i) })
      await listener.hear(30)
      await setTimeout(200)
      const values = listener.heard.map(({ body }) => (JSON.parse(body) as { data: { value: string } }).data.value)
      assert.deepEqual(
        values,
        Array.from({ length: 30 }, (_, i) => String(i)),
      )
    })

    it('hear of what was kept alone', async () => {
      const listener = await openListener()
      const { client, listen } = await serve(await open())
      await listen(listener.url)
      await client.registeredModels.create({ name: 'm' })
      await assert.rejects(client.registeredModels.create({ name: 'm' }), { code: 'RESOURCE_ALREADY_EXISTS' })
      await client.registeredModels.create({ name: 'last' })
      await listener.hear(2)
      assert.deepEqual(
        listener.heard.map(({ body }) => (JSON.parse(body) as { data: { name: string } }).data.name),
        ['m', 'last'],
      )
    })

    it('are told again after a failure: the same delivery, stamped anew', async () => {
      const listener = await openListener((response, nth) =>
        response.writeHead(nth === 0 ? 500 : 200, { 'retry-after': '2' }).end(),
      )
      const { client, listen, delivery } = await serve(await open())
      const webhookId = await listen(listener.url, SECRET)
      await client.registeredModels.create({ name: 'm' })
      const waiting = await delivery(webhookId, 'PENDING')
      assert.deepEqual([waiting.attempts, waiting.responseStatus, waiting.errorMessage], [1, 500, 'It answered 500'])
      const [first, second] = await listener.hear(2)
      assert.equal(first!.headers['x-mlflow-delivery-id'], second!.headers['x-mlflow-delivery-id'])
      assert.equal(first!.body, second!.body)
      assert.notEqual(first!.headers['x-mlflow-timestamp'], second!.headers['x-mlflow-timestamp'])
      assert.equal(second!.headers['x-mlflow-signature'], signatureOf(second!, SECRET))
      assert.equal((await delivery(webhookId, 'DELIVERED')).attempts, 2)
    })

    it('are left alone for as long as they ask', async () => {
      const listener = await openListener((response) => response.writeHead(429, { 'retry-after': '600' }).end())
      const { client, listen, delivery } = await serve(await open())
      const webhookId = await listen(listener.url)
      await client.registeredModels.create({ name: 'm' })
      const { lastAttemptTimestamp, nextAttemptTimestamp } = await delivery(webhookId, 'PENDING')
      assert.ok(nextAttemptTimestamp! - lastAttemptTimestamp! >= 600_000)
    })

    const final: [status: number, config: Partial<Config>][] = [
      [404, {}],
      [302, {}],
      [503, { webhookRequestMaxRetries: 0 }],
    ]
    for (const [status, config] of final)
      it(`that answer ${status} with ${JSON.stringify(config)} are not told again, unless asked for`, async () => {
        const listener = await openListener((response, nth) =>
          response.writeHead(nth === 0 ? status : 200, { location: '/elsewhere' }).end(),
        )
        const { client, listen, delivery } = await serve(await open(), { ...reachable, ...config })
        const webhookId = await listen(listener.url)
        await client.registeredModels.create({ name: 'm' })
        const { deliveryId, ...failed } = await delivery(webhookId, 'FAILED')
        assert.deepEqual([failed.responseStatus, failed.nextAttemptTimestamp], [status, undefined])
        await client.webhooks.redeliver({ webhookId, deliveryId })
        const [first, second] = await listener.hear(2)
        assert.equal(first!.body, second!.body)
        assert.equal((await delivery(webhookId, 'DELIVERED')).deliveryId, deliveryId)
      })

    it('that a server died while telling are told by the next', async () => {
      const listener = await openListener()
      const db = await open()
      const first = await serve(db)
      const webhookId = await first.listen(listener.url)
      await first.close()
      const away = await openApp({ backendStoreUri: db.uri, serveArtifacts: false })
      const silent = createClient(contract, { baseUrl: 'http://localhost', fetch: away.app })
      await silent.registeredModels.create({ name: 'm' })
      await away.close()
      await db.write((tx) =>
        tx.all(`update webhook_deliveries set state = 'SENDING', attempts = 1, next_attempt_at = ?`, [
          Date.now() + 500,
        ]),
      )
      const next = await serve(db)
      await setTimeout(200)
      assert.equal(listener.heard.length, 0)
      await listener.hear(1)
      assert.equal((await next.delivery(webhookId, 'DELIVERED')).attempts, 2)
    })

    it('hear nothing while they are disabled, and nothing that waited when they became so', async () => {
      const listener = await openListener((response) => response.writeHead(503).end())
      const { client, listen, delivery } = await serve(await open())
      const webhookId = await listen(listener.url)
      await client.registeredModels.create({ name: 'a' })
      await listener.hear(1)
      await client.webhooks.update({ webhookId, status: 'DISABLED' })
      await client.registeredModels.create({ name: 'b' })
      assert.equal((await delivery(webhookId, 'FAILED')).errorMessage, 'The webhook is disabled')
      assert.deepEqual(listener.heard.map(eventOf), ['registered_model.created'])
      assert.equal((await client.webhooks.deliveries({ webhookId })).deliveries.length, 1)
    })

    it('take what they were told with them', async () => {
      const listener = await openListener()
      const db = await open()
      const { client, listen, delivery } = await serve(db)
      const webhookId = await listen(listener.url)
      await client.registeredModels.create({ name: 'm' })
      await delivery(webhookId, 'DELIVERED')
      await client.webhooks.delete({ webhookId })
      await assert.rejects(client.webhooks.deliveries({ webhookId }), { code: 'RESOURCE_DOES_NOT_EXIST' })
      assert.deepEqual(await db.all('select 1 from webhook_deliveries'), [])
    })

    it('page through what they were told, newest first', async () => {
      const listener = await openListener()
      const { client, listen } = await serve(await open())
      const webhookId = await listen(listener.url)
      for (const each of ['a', 'b', 'c']) await client.registeredModels.create({ name: each })
      await listener.hear(3)
      const first = await client.webhooks.deliveries({ webhookId, maxResults: 2 })
      const rest = await client.webhooks.deliveries({ webhookId, maxResults: 2, pageToken: first.nextPageToken })
      const names = [...first.deliveries, ...rest.deliveries].map(({ payload }) => /"name": "(.)"/.exec(payload)![1])
      assert.deepEqual([names, rest.nextPageToken], [['c', 'b', 'a'], undefined])
    })

    it('keep their secret to themselves', async () => {
      const listener = await openListener()
      const db = await open()
      const { app, listen } = await serve(db)
      const webhookId = await listen(listener.url, SECRET)
      const path = `/api/2.0/mlflow/webhooks/${webhookId}`
      const answers = [
        await send(app, 'GET', path),
        await send(app, 'GET', '/api/2.0/mlflow/webhooks'),
        await send(app, 'PATCH', path, { secret: `${SECRET}2` }),
        await send(app, 'POST', `${path}/test`, {}),
      ]
      assert.deepEqual(
        answers.map(({ status }) => status),
        [200, 200, 200, 200],
      )
      assert.doesNotMatch(JSON.stringify(answers), /secret/)
    })

    it('have it encrypted when there is a key, and sign with it after a restart', async () => {
      const listener = await openListener()
      const db = await open()
      const keyed = { ...reachable, webhookSecretEncryptionKey: 'a key' }
      const first = await serve(db, keyed)
      await first.listen(listener.url, SECRET)
      await first.close()
      const [{ secret } = { secret: '' }] = await db.all<{ secret: string }>('select secret from webhooks')
      assert.match(secret, /^sealed:/)
      assert.ok(!Buffer.from(secret.slice('sealed:'.length), 'base64').includes(SECRET))
      const { client } = await serve(db, keyed)
      await client.registeredModels.create({ name: 'm' })
      const [heard] = await listener.hear(1)
      assert.equal(heard!.headers['x-mlflow-signature'], signatureOf(heard!, SECRET))
    })

    it('are told nothing unsigned when the key was lost', async () => {
      const listener = await openListener()
      const db = await open()
      const first = await serve(db, { ...reachable, webhookSecretEncryptionKey: 'a key' })
      const webhookId = await first.listen(listener.url, SECRET)
      await first.close()
      const { client } = await serve(db, { ...reachable, webhookSecretEncryptionKey: 'another' })
      const { result } = await client.webhooks.test({ webhookId })
      assert.match(result.errorMessage!, /stored with another MILLRACE_WEBHOOK_SECRET_ENCRYPTION_KEY/)
      await client.registeredModels.create({ name: 'm' })
      await setTimeout(300)
      const { deliveries } = await client.webhooks.deliveries({ webhookId })
      assert.match(deliveries[0]!.errorMessage!, /stored with another/)
      assert.equal(listener.heard.length, 0)
    })

    it('that are tested tell the status, and nothing of the answer', async () => {
      const elsewhere = await openListener()
      const answers: [status: number, success: boolean][] = [
        [200, true],
        [302, false],
        [403, false],
        [500, false],
      ]
      const listener = await openListener((response, nth) =>
        response
          .writeHead(answers[nth]![0], { location: elsewhere.url, 'x-inside': 'hidden' })
          .end('the hidden answer'),
      )
      const { app, listen } = await serve(await open())
      const webhookId = await listen(listener.url)
      for (const [status, success] of answers) {
        const { json } = await send(app, 'POST', `/api/2.0/mlflow/webhooks/${webhookId}/test`, {})
        assert.deepEqual(json, {
          result: { success, response_status: status, ...(!success && { error_message: `It answered ${status}` }) },
        })
      }
      assert.equal(elsewhere.heard.length, 0)
      assert.deepEqual(new Set(listener.heard.map(eventOf)), new Set(['registered_model.created']))
    })

    it('that are tested with nobody there say so', async () => {
      const listener = await openListener()
      const { client, listen } = await serve(await open())
      const webhookId = await listen(listener.url)
      await listener.close()
      const { result } = await client.webhooks.test({ webhookId })
      assert.deepEqual(result, { success: false, errorMessage: 'No answer from the URL: the connection was refused' })
    })
  })

describe('webhooks', () => {
  it('reach neither this machine nor its network when they were made where that was allowed', async () => {
    const listener = await openListener()
    const db = await databases['sqlite']!()
    const first = await serve(db)
    const webhookId = await first.listen(listener.url)
    await first.close()
    const { client, delivery } = await serve(db, { webhookAllowedSchemes: ['http'] })
    const { result } = await client.webhooks.test({ webhookId })
    assert.deepEqual([result.success, result.responseStatus], [false, undefined])
    assert.match(result.errorMessage!, /is not at a public address/)
    await client.registeredModels.create({ name: 'm' })
    await delivery(webhookId, 'FAILED')
    assert.equal(listener.heard.length, 0)
  })

  const model = { entity: 'REGISTERED_MODEL', action: 'CREATED' }
  const valid = { name: 'x', url: 'https://93.184.215.14/', events: [model] }
  const refusals: [what: object, sentence: RegExp][] = [
    [{ name: '' }, /'name'/],
    [{ name: '-x' }, /'name'/],
    [{ name: 'x.' }, /'name'/],
    [{ name: 'x y' }, /'name'/],
    [{ name: 'é' }, /'name'/],
    [{ name: 'x'.repeat(64) }, /'name'/],
    [{ description: 'x'.repeat(1001) }, /'description'/],
    [{ secret: 'x'.repeat(1001) }, /'secret': it has 1001/],
    [{ events: [] }, /'events'/],
    [{ events: [{ entity: 'PROMPT', action: 'SET' }] }, /'events\[0\]': there is no SET of a PROMPT/],
    [{ events: [model, { entity: 'RUN', action: 'CREATED' }] }, /'events\[1\]\.entity'/],
    [{ events: [{ entity: 'PROMPT' }] }, /'events\[0\]\.action'/],
    [{ url: 'http://93.184.215.14/' }, /expected https, got 'http'/],
    [{ url: 'https://127.0.0.1/' }, /not at a public address/],
    [{ url: 'https://[::ffff:169.254.169.254]/' }, /not at a public address/],
    [{ url: 'https://2130706433/' }, /write its address as 127\.0\.0\.1/],
    [{ url: 'https://user@93.184.215.14/' }, /without a user/],
    [{ url: 'file:///etc/passwd' }, /expected https, got 'file'/],
    [{ url: 'nothing' }, /it is not a URL/],
  ]
  for (const [what, sentence] of refusals)
    it(`are refused ${JSON.stringify(what).slice(0, 90)}`, async () => {
      const { app } = await serve(await databases['sqlite']!(), {})
      const made = await send(app, 'POST', '/api/2.0/mlflow/webhooks', { ...valid, ...what })
      assert.deepEqual([made.status, made.code], [400, 'INVALID_PARAMETER_VALUE'], made.message)
      assert.match(made.message, sentence)
    })

  it('are changed in what is given alone, and not to what would be refused', async () => {
    const { app } = await serve(await databases['sqlite']!(), {})
    const { json } = await send(app, 'POST', '/api/2.0/mlflow/webhooks', { ...valid, description: 'told' })
    const path = `/ajax-api/2.0/mlflow/webhooks/${json.webhook.webhook_id}`
    const { json: changed } = await send(app, 'PATCH', path, { name: 'y' })
    assert.deepEqual(
      { ...changed.webhook, last_updated_timestamp: 0 },
      { ...json.webhook, name: 'y', last_updated_timestamp: 0 },
    )
    for (const change of [
      { url: 'https://10.0.0.1/' },
      { name: '-' },
      { events: [{ entity: 'PROMPT', action: 'SET' }] },
    ])
      assert.equal((await send(app, 'PATCH', path, change)).status, 400)
    assert.deepEqual((await send(app, 'GET', path)).json, changed)
  })

  it('that are not there are not found', async () => {
    const { app } = await serve(await databases['sqlite']!(), {})
    const path = '/api/2.0/mlflow/webhooks/nope'
    const ours = '/api/3.0/millrace/webhooks/nope/deliveries'
    for (const [method, each] of [
      ['GET', path],
      ['PATCH', path],
      ['DELETE', path],
      ['POST', `${path}/test`],
      ['GET', ours],
      ['POST', `${ours}/nope/redeliver`],
    ] as const) {
      const { status, message } = await send(app, method, each, method === 'GET' ? undefined : {})
      assert.deepEqual([status, message], [404, "Webhook 'nope' not found"], `${method} ${each}`)
    }
  })
})
