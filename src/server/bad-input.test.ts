import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, send, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'
import { dump } from '../../test/dump.ts'

const API = '/api/2.0/mlflow'
const METRIC = { run_id: '{run}', key: 'm', value: 1, timestamp: 1, step: 0 }
const DATASET = { name: 'n', digest: 'd', source_type: 's', source: 'x' }
const MODEL = JSON.stringify({ artifact_path: 'm', flavors: {}, utc_time_created: 'now', run_id: 'r' })
const long = (n: number) => 'x'.repeat(n)
const many = (n: number, make: (i: number) => object) => Array.from({ length: n }, (_, i) => make(i))

type Code = 'INVALID_PARAMETER_VALUE' | 'RESOURCE_DOES_NOT_EXIST' | 'RESOURCE_ALREADY_EXISTS' | 'INVALID_STATE'
type Case = [method: 'GET' | 'POST', path: string, input: object, sentence: RegExp, code?: Code]

const inBatch = (batch: object, sentence: RegExp): Case => [
  'POST',
  'runs/log-batch',
  { run_id: '{run}', ...batch },
  sentence,
]

/** Requests that are refused, each with the sentence that says why; `{run}` and the like stand for ids. */
const CASES: Case[] = [
  // wrong types
  ...[
    ['value', 'high', /'value': expected a number, got "high"/],
    ['value', '', /'value': expected a number, got ""/],
    ['value', '0x10', /'value': expected a number/],
    ['value', [], /'value': expected a number, got a list/],
    ['value', null, /Missing value for required parameter 'value'/],
    ['timestamp', 'x', /'timestamp': expected an integer below 2\^53, got "x"/],
    ['timestamp', 1.5, /'timestamp': expected an integer below 2\^53, got 1.5/],
    ['timestamp', -5, /'timestamp': expected milliseconds since 1970, got -5/],
    ['timestamp', 2 ** 53, /'timestamp': expected an integer below 2\^53, got 9007199254740992/],
    ['timestamp', '9223372036854775808', /'timestamp': expected an integer below 2\^53/],
    ['timestamp', {}, /'timestamp': expected an integer below 2\^53, got an object/],
    ['step', 1e300, /'step': expected an integer below 2\^53/],
    ['step', 'NaN', /'step': expected an integer below 2\^53, got "NaN"/],
    ['key', 5, /'key': expected a string, got 5/],
    ['key', '', /Missing value for required parameter 'key'/],
    ['key', 'a\u0000b', /'key': expected a string without the character NUL/],
    ['key', long(251), /'key': it has 251 characters, at most 250/],
    ['key', 'a\nb', /'key': 'a\nb' may hold only letters/],
    ['key', 'a%2fb', /'key': 'a%2fb' may hold only letters/],
    ['key', 'a\\b', /'key': 'a\\b' may hold only letters/],
    ['key', '../x', /'key': '..\/x' must be a plain relative path/],
    ['key', '/x', /'key': '\/x' must be a plain relative path/],
    ['key', 'a//b', /'key': 'a\/\/b' must be a plain relative path/],
    ['key', 'a/./b', /'key': 'a\/.\/b' must be a plain relative path/],
    ['key', 'a/', /'key': 'a\/' must be a plain relative path/],
    ['key', '.', /'key': '.' must be a plain relative path/],
    ['run_id', [], /'run_id': expected a string, got a list/],
    ['run_id', '', /Missing value for required parameter 'run_id'/],
  ].map(([field, value, sentence]): Case => [
    'POST',
    'runs/log-metric',
    { ...METRIC, [field as string]: value },
    sentence as RegExp,
  ]),
  ['POST', 'runs/log-metric', [], /'body': expected an object, got a list/],
  ['POST', 'runs/log-metric', { ...METRIC, runId: '{run}' }, /'run_id': it was sent twice, as 'run_id' and as 'runId'/],
  ['POST', 'runs/create', { experiment_id: '0', tags: 'x' }, /'tags': expected a list, got "x"/],
  ['POST', 'runs/create', { experiment_id: '0', start_time: 'soon' }, /'start_time': expected an integer/],
  ['POST', 'runs/update', { run_id: '{run}', status: [] }, /'status': expected one of RUNNING, SCHEDULED, FINISHED/],
  ['POST', 'runs/update', { run_id: '{run}', status: 99 }, /'status': expected one of RUNNING.* got 99/],
  ['POST', 'runs/update', { run_id: '{run}', end_time: 'x', status: 'FAILED' }, /'end_time': expected an integer/],
  ['POST', 'runs/search', { experiment_ids: '0' }, /'experiment_ids': expected a list, got "0"/],
  [
    'POST',
    'runs/search',
    { experiment_ids: ['nope'] },
    /'experiment_ids': expected the number of an experiment, got 'nope'/,
  ],

  // missing fields
  ['POST', 'runs/log-metric', { key: 'm', value: 1, timestamp: 1 }, /Missing value for required parameter 'run_id'/],
  [
    'POST',
    'runs/log-metric',
    { run_id: '{run}', key: 'm', value: 1 },
    /Missing value for required parameter 'timestamp'/,
  ],
  ['POST', 'runs/log-parameter', { run_id: '{run}' }, /Missing value for required parameter 'key'/],
  ['POST', 'runs/create', {}, /Missing value for required parameter 'experiment_id'/],
  ['POST', 'runs/delete', {}, /Missing value for required parameter 'run_id'/],
  ['POST', 'runs/log-model', { run_id: '{run}' }, /Missing value for required parameter 'model_json'/],
  ['POST', 'experiments/create', {}, /Missing value for required parameter 'name'/],
  ['POST', 'experiments/create', { name: '' }, /Missing value for required parameter 'name'/],
  ['POST', 'experiments/update', { experiment_id: '0' }, /Missing value for required parameter 'new_name'/],
  ['GET', 'runs/get', {}, /Missing value for required parameter 'run_id'/],
  ['GET', 'experiments/get', {}, /Missing value for required parameter 'experiment_id'/],
  ['GET', 'metrics/get-history', { run_id: '{run}' }, /Missing value for required parameter 'metric_key'/],

  // names that nothing has
  ['POST', 'runs/log-metric', { ...METRIC, run_id: 'nope' }, /Run 'nope' not found/, 'RESOURCE_DOES_NOT_EXIST'],
  ['POST', 'runs/update', { run_id: 'nope', status: 'FAILED' }, /Run 'nope' not found/, 'RESOURCE_DOES_NOT_EXIST'],
  ['POST', 'runs/delete', { run_id: '../x' }, /Run '..\/x' not found/, 'RESOURCE_DOES_NOT_EXIST'],
  ['POST', 'runs/delete-tag', { run_id: '{run}', key: 'nope' }, /Tag 'nope' not found/, 'RESOURCE_DOES_NOT_EXIST'],
  ['POST', 'runs/create', { experiment_id: '999' }, /Experiment '999' not found/, 'RESOURCE_DOES_NOT_EXIST'],
  [
    'POST',
    'runs/create',
    { experiment_id: '99999999999999999999' },
    /Experiment '99999999999999999999' not found/,
    'RESOURCE_DOES_NOT_EXIST',
  ],
  ['POST', 'experiments/delete', { experiment_id: '999' }, /Experiment '999' not found/, 'RESOURCE_DOES_NOT_EXIST'],
  [
    'POST',
    'experiments/delete-experiment-tag',
    { experiment_id: '0', key: 'a' },
    /Tag 'a' not found/,
    'RESOURCE_DOES_NOT_EXIST',
  ],
  [
    'GET',
    'experiments/get',
    { experiment_id: '1.5' },
    /'experiment_id': expected the number of an experiment, got '1.5'/,
  ],
  ['GET', 'experiments/get-by-name', { experiment_name: 'no' }, /Experiment 'no' not found/, 'RESOURCE_DOES_NOT_EXIST'],
  ['GET', 'artifacts/list', { run_id: 'nope' }, /Run 'nope' not found/, 'RESOURCE_DOES_NOT_EXIST'],

  // names that are taken
  ['POST', 'experiments/create', { name: 'Default' }, /Experiment 'Default' exists already/, 'RESOURCE_ALREADY_EXISTS'],
  [
    'POST',
    'experiments/create',
    { name: 'gone' },
    /'gone' exists already; it has been deleted/,
    'RESOURCE_ALREADY_EXISTS',
  ],
  [
    'POST',
    'experiments/update',
    { experiment_id: '0', new_name: 'gone' },
    /'gone' exists already/,
    'RESOURCE_ALREADY_EXISTS',
  ],
  [
    'POST',
    'runs/create',
    { experiment_id: '0', run_name: 'a', tags: [{ key: 'mlflow.runName', value: 'b' }] },
    /'run_name'/,
  ],

  // too long, too many
  ['POST', 'experiments/create', { name: long(501) }, /'name': it has 501 characters, at most 500/],
  [
    'POST',
    'experiments/create',
    { name: 'a', tags: [{ key: 'k', value: long(20_001) }] },
    /'tags\[0\].value': it has 20001/,
  ],
  ['POST', 'experiments/create', { name: 'a', artifact_location: long(2049) }, /'artifact_location': it has 2049/],
  [
    'POST',
    'experiments/set-experiment-tag',
    { experiment_id: '0', key: 'k', value: long(20_001) },
    /'value': it has 20001/,
  ],
  [
    'POST',
    'runs/create',
    { experiment_id: '0', tags: [{ key: long(251), value: '1' }] },
    /'tags\[0\].key': it has 251/,
  ],
  ['POST', 'runs/set-tag', { run_id: '{run}', key: long(251), value: '1' }, /'key': it has 251 characters/],
  inBatch(
    { metrics: many(1001, (i) => ({ key: 'a', value: 1, timestamp: i })) },
    /'metrics': a batch may hold at most 1000 metrics, got 1001/,
  ),
  inBatch(
    { params: many(101, (i) => ({ key: `a${i}`, value: '1' })) },
    /'params': a batch may hold at most 100 params, got 101/,
  ),
  inBatch(
    { tags: many(101, (i) => ({ key: `a${i}`, value: '1' })) },
    /'tags': a batch may hold at most 100 tags, got 101/,
  ),
  inBatch(
    { metrics: many(950, (i) => ({ key: 'a', value: 1, timestamp: i })), tags: many(51, (i) => ({ key: `a${i}` })) },
    /at most 1000 metrics, params and tags together, got 1001/,
  ),
  [
    'POST',
    'runs/log-inputs',
    { run_id: '{run}', datasets: [{ dataset: { ...DATASET, digest: long(37) } }] },
    /'datasets\[0\].dataset.digest': it has 37/,
  ],
  [
    'POST',
    'runs/log-inputs',
    { run_id: '{run}', datasets: [{ dataset: DATASET, tags: [{ key: 'k', value: long(501) }] }] },
    /'datasets\[0\].tags\[0\].value': it has 501/,
  ],

  // a batch of which one part is wrong
  inBatch({ metrics: [{ key: 'a', value: 1, timestamp: 1 }, 5] }, /'metrics\[1\]': expected an object, got 5/),
  inBatch(
    {
      metrics: [
        { key: 'a', value: 1, timestamp: 1 },
        { key: 'b', value: 1 },
      ],
    },
    /required parameter 'metrics\[1\].timestamp'/,
  ),
  inBatch(
    { metrics: [{ key: 'a', value: 1, timestamp: 1 }], params: [{ key: '../b', value: '1' }] },
    /'params\[0\].key'/,
  ),
  inBatch(
    { metrics: [{ key: 'a', value: 1, timestamp: -1 }] },
    /'metrics\[0\].timestamp': expected milliseconds since 1970/,
  ),
  inBatch(
    {
      params: [
        { key: 'a', value: '1' },
        { key: 'b', value: 5 },
      ],
    },
    /'params\[1\].value': expected a string, got 5/,
  ),
  inBatch(
    {
      params: [
        { key: 'd', value: '1' },
        { key: 'd', value: '1' },
      ],
    },
    /'params\[1\].key': param 'd' is twice in the batch/,
  ),
  inBatch(
    {
      metrics: [{ key: 'a', value: 1, timestamp: 1 }],
      params: [
        { key: 'new', value: '1' },
        { key: 'p', value: '9' },
      ],
      tags: [{ key: 't', value: '1' }],
    },
    /param 'p' is '1' already and cannot be changed to '9'/,
  ),
  ['POST', 'runs/log-parameter', { run_id: '{run}', key: 'p', value: '2' }, /param 'p' is '1' already/],
  ['POST', 'runs/log-model', { run_id: '{run}', model_json: '{' }, /'model_json': it is not JSON/],
  ['POST', 'runs/log-model', { run_id: '{run}', model_json: '5' }, /'model_json': expected a JSON object/],
  ['POST', 'runs/log-model', { run_id: '{run}', model_json: '{}' }, /'model_json': it lacks artifact_path, flavors/],

  // what has been deleted
  ...[
    ['log-metric', { key: 'm', value: 1, timestamp: 1 }],
    ['log-batch', { tags: [{ key: 'a', value: 'b' }] }],
    ['log-parameter', { key: 'a', value: 'b' }],
    ['set-tag', { key: 'a', value: 'b' }],
    ['delete-tag', { key: 'mlflow.runName' }],
    ['update', { status: 'FINISHED' }],
    ['log-inputs', { datasets: [{ dataset: DATASET }] }],
    ['log-model', { model_json: MODEL }],
  ].map(([verb, rest]): Case => [
    'POST',
    `runs/${verb as string}`,
    { run_id: '{gone}', ...(rest as object) },
    /'run_id': run '\w+' has been deleted; restore it to write to it/,
  ]),
  ['POST', 'runs/create', { experiment_id: '{goneExperiment}' }, /experiment '\d+' has been deleted; restore it/],
  [
    'POST',
    'experiments/set-experiment-tag',
    { experiment_id: '{goneExperiment}', key: 'a' },
    /has been deleted; restore it/,
  ],
  [
    'POST',
    'experiments/update',
    { experiment_id: '{goneExperiment}', new_name: 'z' },
    /has been deleted; restore it/,
    'INVALID_STATE',
  ],
  [
    'POST',
    'experiments/delete',
    { experiment_id: '{goneExperiment}' },
    /is deleted already/,
    'RESOURCE_DOES_NOT_EXIST',
  ],
  ['POST', 'experiments/restore', { experiment_id: '0' }, /is active already/, 'RESOURCE_DOES_NOT_EXIST'],

  // sizes of pages
  ...[0, -1, 50_001].map((n): Case => [
    'POST',
    'runs/search',
    { experiment_ids: ['0'], max_results: n },
    /'max_results': expected 1 to 50000/,
  ]),
  ['POST', 'runs/search', { experiment_ids: ['0'], max_results: 2 ** 40 }, /'max_results': expected a 32-bit integer/],
  ['POST', 'experiments/search', {}, /'max_results': expected 1 to 50000, got 0/],
  ['POST', 'experiments/search', { max_results: 2 ** 40 }, /'max_results': expected 1 to 50000/],
  ['GET', 'metrics/get-history', { run_id: '{run}', metric_key: 'm', max_results: 0 }, /'max_results': expected 1 to/],
  [
    'GET',
    'metrics/get-history',
    { run_id: '{run}', metric_key: 'm', page_token: 'zz' },
    /'page_token': 'zz' is not a token/,
  ],
  [
    'GET',
    'metrics/get-history-bulk-interval',
    { run_ids: '{run}', metric_key: 'm', max_results: 2501 },
    /'max_results': expected 1 to 2500/,
  ],
  ['GET', 'metrics/get-history-bulk-interval', { metric_key: 'm' }, /'run_ids': expected 1 to 100 run ids, got 0/],
  [
    'GET',
    'metrics/get-history-bulk-interval',
    { run_ids: '{run}', metric_key: 'm', start_step: 1 },
    /'end_step': start_step and end_step go together/,
  ],
  [
    'GET',
    'metrics/get-history-bulk-interval',
    { run_ids: '{run}', metric_key: 'm', start_step: 5, end_step: 1 },
    /'end_step': 1 lies before start_step, 5/,
  ],

  // more than a database can chew
  [
    'POST',
    'runs/search',
    {
      experiment_ids: ['0'],
      filter: Array(101).fill('end_time = 1').join(' OR '),
    },
    /'filter': it has more than 100 clauses/,
  ],
  [
    'POST',
    'runs/search',
    { experiment_ids: ['0'], order_by: Array.from({ length: 21 }, (_, i) => `metrics.m${i}`) },
    /'order_by': at most 20 keys can be ordered by, got 21/,
  ],
  [
    'POST',
    'runs/search',
    { experiment_ids: Array(10_001).fill('0') },
    /'experiment_ids': it has 10001 entries, at most 10000/,
  ],
  [
    'POST',
    'runs/search',
    { experiment_ids: ['0'], only: { metrics: Array(1001).fill('m') } },
    /'only.metrics': it has 1001 entries/,
  ],

  // places that artifacts cannot be at
  ...['runs:/x', 's3://b#x', 's3://b?x', 's3://b/../c', 'http://h/%2e%2e/c', 'http://h/%252e%252e/c'].map(
    (location): Case => [
      'POST',
      'experiments/create',
      { name: 'a', artifact_location: location },
      /'artifact_location'/,
    ],
  ),
]

for (const [name, open] of Object.entries(databases))
  describe(`bad input on ${name}`, () => {
    let test: TestApp
    let ids: Record<string, string>
    before(async () => {
      test = await openTestApp(open)
      const { client } = test
      const start = async () => (await client.runs.create({ experimentId: '0' })).run.info.runId
      const goneExperiment = (await client.experiments.create({ name: 'gone' })).experimentId
      ids = { run: await start(), gone: await start(), goneExperiment }
      await client.runs.logBatch({
        runId: ids['run']!,
        params: [{ key: 'p', value: '1' }],
        metrics: [{ key: 'm', value: 1, timestamp: 0 }],
      })
      await client.runs.delete({ runId: ids['gone']! })
      await client.experiments.delete({ experimentId: goneExperiment })
    })

    for (const [method, path, input, sentence, code = 'INVALID_PARAMETER_VALUE'] of CASES)
      it(`refuses ${path} with ${JSON.stringify(input).slice(0, 100)}`, async () => {
        const json = JSON.stringify(input).replace(/\{(\w+)\}/g, (_, id: string) => ids[id]!)
        const before = await dump(test.db)
        const answer =
          method === 'POST'
            ? await send(test.app, method, `${API}/${path}`, json)
            : await send(test.app, method, `${API}/${path}?${new URLSearchParams(JSON.parse(json))}`)
        assert.deepEqual([answer.code, sentence.test(answer.message)], [code, true], answer.message)
        assert.equal(await dump(test.db), before)
      })

    const bodies: [title: string, body: string, type: string, sentence: RegExp][] = [
      ['broken JSON', '{"run_id": ', 'application/json', /The body is not JSON/],
      ['JSON with a tail', '{}{}', 'application/json', /The body is not JSON/],
      ['another content type', '{}', 'text/plain', /'Content-Type': expected application\/json, got 'text\/plain'/],
      ['a number', '5', 'application/json', /'body': expected an object, got 5/],
      ['nothing', '', 'application/json', /Missing value for required parameter 'run_id'/],
      ['100,000 open brackets', '['.repeat(100_000), 'application/json', /The body is not JSON/],
      [
        '100,000 lists in one another',
        `{"run_id":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
        'application/json',
        /'run_id': expected a string, got a list/,
      ],
    ]
    for (const [title, body, type, sentence] of bodies)
      it(`refuses a body of ${title}`, async () => {
        const response = await test.app(
          new Request(`http://localhost${API}/runs/log-batch`, {
            method: 'POST',
            body,
            headers: { 'content-type': type },
          }),
        )
        const { error_code: code, message } = (await response.json()) as Record<string, string>
        assert.deepEqual([response.status, code], [400, 'INVALID_PARAMETER_VALUE'])
        assert.match(message!, sentence)
      })

    it('reads no more of a body of 100 MB than is allowed', async () => {
      let sent = 0
      const body = new ReadableStream({
        pull(controller) {
          if (sent >= 100 * 1024 * 1024) return controller.close()
          sent += 1024 * 1024
          controller.enqueue(new Uint8Array(1024 * 1024).fill(32))
        },
      })
      const response = await test.app(
        new Request(`http://localhost${API}/runs/log-batch`, {
          method: 'POST',
          body,
          duplex: 'half',
          headers: { 'content-type': 'application/json' },
        } as RequestInit),
      )
      assert.equal(response.status, 400)
      assert.match(await response.text(), /'body': it is larger than 32 MiB/)
      assert.ok(sent < 40 * 1024 * 1024, `${sent} bytes were read`)
    })
  })
