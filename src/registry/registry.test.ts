import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'

const EXISTS = { code: 'RESOURCE_ALREADY_EXISTS' }
const MISSING = { code: 'RESOURCE_DOES_NOT_EXIST' }
const INVALID = { code: 'INVALID_PARAMETER_VALUE' }
const PROMPT = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }]

for (const [database, open] of Object.entries(databases))
  describe(`the registry on ${database}`, () => {
    let client: TestApp['client']
    let runId: string
    let runUri: string
    let modelId: string
    let modelUri: string
    before(async () => {
      ;({ client } = await openTestApp(open))
      const { run } = await client.runs.create({ experimentId: '0' })
      ;({ runId, artifactUri: runUri } = run.info)
      const { model } = await client.loggedModels.create({ experimentId: '0', name: 'lm', sourceRunId: runId })
      ;({ modelId, artifactUri: modelUri } = model.info)
    })
    const register = async (name: string, sources: string[] = []) => {
      await client.registeredModels.create({ name })
      for (const source of sources) await client.modelVersions.create({ name, source })
    }
    const get = async (name: string) => (await client.registeredModels.get({ name })).registeredModel
    const version = async (name: string, number: number) =>
      (await client.modelVersions.get({ name, version: number })).modelVersion
    const actions = async (name: string) =>
      (await client.registry.history({ name })).events.map(({ action }) => action).toReversed()

    describe('models', () => {
      it('begin with what they were given, the last of each tag', async () => {
        const tags = [
          { key: 'a', value: '1' },
          { key: 'a', value: '2' },
        ]
        const { registeredModel } = await client.registeredModels.create({ name: 'given', description: 'D', tags })
        assert.deepEqual(
          [registeredModel.description, registeredModel.tags, registeredModel.latestVersions],
          ['D', [{ key: 'a', value: '2' }], []],
        )
        await assert.rejects(register('given'), EXISTS)
      })

      for (const name of ['a/b', 'a:b', 'n'.repeat(257)])
        it(`refuse the name '${name.slice(0, 10)}'`, async () => {
          await assert.rejects(register(name), INVALID)
          await assert.rejects(client.registeredModels.rename({ name: 'given', newName: name }), INVALID)
        })

      it('keep versions, tags, aliases and history under a new name', async () => {
        await register('old', ['s3://b/1'])
        await client.registeredModels.setTag({ name: 'old', key: 'k', value: 'v' })
        await client.registeredModels.setAlias({ name: 'old', alias: 'champion', version: 1 })
        await register('taken')
        await assert.rejects(client.registeredModels.rename({ name: 'old', newName: 'taken' }), EXISTS)
        await client.registeredModels.rename({ name: 'old', newName: 'new' })
        const model = await get('new')
        assert.deepEqual(
          [model.tags, model.aliases, model.latestVersions.map(({ name }) => name)],
          [[{ key: 'k', value: 'v' }], [{ alias: 'champion', version: 1 }], ['new']],
        )
        await assert.rejects(get('old'), MISSING)
        assert.deepEqual(await actions('new'), [
          'registered_model.created',
          'model_version.created',
          'registered_model_tag.set',
          'model_version_alias.created',
          'registered_model.renamed',
        ])
      })

      it('are gone with all their versions once deleted, but for the history', async () => {
        await register('mortal', ['s3://b/1'])
        await client.registeredModels.delete({ name: 'mortal' })
        await assert.rejects(version('mortal', 1), MISSING)
        await assert.rejects(client.registeredModels.delete({ name: 'mortal' }), MISSING)
        assert.equal((await actions('mortal')).at(-1), 'registered_model.deleted')
        await register('mortal', ['s3://b/2'])
        assert.equal((await version('mortal', 1)).source, 's3://b/2')
      })

      it('lose a tag without complaint where there is none', async () => {
        await client.registeredModels.deleteTag({ name: 'given', key: 'none' })
        assert.ok(!(await actions('given')).includes('registered_model_tag.deleted'))
      })
    })

    describe('versions', () => {
      it('are numbered, and no number is given twice', async () => {
        await register('numbers', ['s3://b/1', 's3://b/2'])
        await client.modelVersions.delete({ name: 'numbers', version: 2 })
        const { modelVersion } = await client.modelVersions.create({ name: 'numbers', source: 's3://b/3' })
        assert.equal(modelVersion.version, 3)
        await assert.rejects(version('numbers', 2), MISSING)
      })

      it('are all numbered apart when many are made at once', async () => {
        await register('many')
        const made = await Promise.all(
          Array.from({ length: 25 }, (_, i) => client.modelVersions.create({ name: 'many', source: `s3://b/${i}` })),
        )
        const numbers = made.map(({ modelVersion }) => modelVersion.version).sort((a, b) => a - b)
        assert.deepEqual(
          numbers,
          Array.from({ length: 25 }, (_, i) => i + 1),
        )
      })

      const sources: [
        source: () => string,
        given: () => { runId?: string; modelId?: string },
        location: () => string,
      ][] = [
        [() => 's3://b/x', () => ({}), () => 's3://b/x'],
        [() => `runs:/${runId}/model`, () => ({ runId }), () => `runs:/${runId}/model`],
        [() => `${runUri}/model`, () => ({ runId }), () => `${runUri}/model`],
        [() => `models:/${modelId}`, () => ({ modelId }), () => modelUri],
        [() => modelUri, () => ({ modelId }), () => modelUri],
        [() => 'models:/sources/1', () => ({}), () => 's3://b/x'],
        [() => 'models:/sources@latest', () => ({}), () => 's3://b/x'],
      ]
      it('lead to the files that their source means', async () => {
        await register('sources')
        for (const [i, [source, given, location]] of sources.entries()) {
          const { modelVersion } = await client.modelVersions.create({ name: 'sources', source: source(), ...given() })
          const { artifactUri } = await client.modelVersions.downloadUri({ name: 'sources', version: i + 1 })
          assert.deepEqual([modelVersion.version, artifactUri], [i + 1, location()], source())
        }
        assert.equal((await version('sources', 7)).source, 'models:/sources/6')
        assert.equal((await version('sources', 4)).runId, runId)
      })

      const refused: [source: () => string, given?: () => { runId?: string; modelId?: string }][] = [
        [() => '/etc'],
        [() => 'file:///etc'],
        [() => 'relative/x'],
        [() => `${runUri}/model`],
        [() => `${runUri}-more/model`, () => ({ runId })],
        [() => `${runUri}/../../2`, () => ({ runId })],
        [() => `${runUri}/%252e%252e/x`, () => ({ runId })],
        [() => `${runUri}\\..\\x`, () => ({ runId })],
        [() => `runs:/${runId}/model`],
        [() => `runs:/${'0'.repeat(32)}/model`, () => ({ runId })],
        [() => `models:/${modelId}`],
        [() => `models:/${modelId}`, () => ({ modelId: `m-${'0'.repeat(32)}` })],
        [() => 's3://b/%2e%2e/x'],
        [() => 'http://h/x'],
        [() => 'hdfs://h/x'],
        [() => 'mlflow-artifacts://host/x'],
        [() => 'abfss://c@h/x'],
        [() => 'weird://x'],
      ]
      it('refuse sources that are not those of their run or model', async () => {
        await register('strict')
        for (const [source, given] of refused)
          await assert.rejects(
            client.modelVersions.create({ name: 'strict', source: source(), ...given?.() }),
            INVALID,
            source(),
          )
        assert.deepEqual(await actions('strict'), ['registered_model.created'])
        for (const source of ['models:/strict/1', 'models:/nobody/1', 'models:/strict@none', 'models:/strict/Staging'])
          await assert.rejects(client.modelVersions.create({ name: 'strict', source }), MISSING, source)
      })
    })

    describe('stages', () => {
      it('are known in either case, and others make room', async () => {
        await register('staged', ['s3://b/1', 's3://b/2', 's3://b/3'])
        const move = (number: number, stage: string, archiveExistingVersions = false) =>
          client.modelVersions.transitionStage({ name: 'staged', version: number, stage, archiveExistingVersions })
        await move(1, 'production')
        await move(2, 'Staging')
        await move(3, 'Production', true)
        const stages = async () =>
          (await get('staged')).latestVersions.map((v) => `${v.version} ${v.currentStage}`).sort()
        assert.deepEqual(await stages(), ['1 Archived', '2 Staging', '3 Production'])
        await move(3, 'PRODUCTION', true)
        assert.deepEqual(await stages(), ['1 Archived', '2 Staging', '3 Production'])
        await assert.rejects(move(1, 'bogus'), INVALID)
        await assert.rejects(move(1, 'None', true), { code: 'INTERNAL_ERROR' })
        await assert.rejects(move(9, 'Staging'), MISSING)
        const { modelVersions } = await client.registeredModels.latestVersions({ name: 'staged', stages: ['staging'] })
        assert.deepEqual(
          modelVersions.map((each) => each.version),
          [2],
        )
      })

      it('hold one version at most when several claim it at once', async () => {
        await register(
          'race',
          Array.from({ length: 8 }, (_, i) => `s3://b/${i}`),
        )
        await Promise.all(
          Array.from({ length: 8 }, (_, i) =>
            client.modelVersions.transitionStage({
              name: 'race',
              version: i + 1,
              stage: 'Production',
              archiveExistingVersions: true,
            }),
          ),
        )
        const { modelVersions } = await client.modelVersions.search({
          filter: "name = 'race' and current_stage = 'Production'",
        })
        assert.equal(modelVersions.length, 1)
      })
    })

    describe('aliases', () => {
      it('move, and go with their version', async () => {
        await register('aliased', ['s3://b/1', 's3://b/2'])
        const by = (alias: string) => client.registeredModels.getByAlias({ name: 'aliased', alias })
        await client.registeredModels.setAlias({ name: 'aliased', alias: 'champion', version: 1 })
        await client.registeredModels.setAlias({ name: 'aliased', alias: 'champion', version: 2 })
        assert.deepEqual((await by('champion')).modelVersion.aliases, ['champion'])
        assert.equal((await by('champion')).modelVersion.version, 2)
        assert.equal((await by('LATEST')).modelVersion.version, 2)
        await client.modelVersions.delete({ name: 'aliased', version: 2 })
        await assert.rejects(by('champion'), INVALID)
        await client.registeredModels.deleteAlias({ name: 'aliased', alias: 'none' })
      })

      for (const alias of ['latest', 'Latest', 'v3', 'bad one', 'a'.repeat(256)])
        it(`refuse '${alias.slice(0, 10)}'`, async () => {
          await assert.rejects(client.registeredModels.setAlias({ name: 'aliased', alias, version: 1 }), INVALID)
        })
    })

    describe('searches', () => {
      it('find models and versions by name, tag, stage and alias', async () => {
        await register('find-a', ['s3://b/1', 's3://b/2'])
        await register('find-b', ['s3://b/3'])
        await client.registeredModels.setTag({ name: 'find-a', key: 'team', value: 'vision' })
        await client.modelVersions.setTag({ name: 'find-a', version: 2, key: 'q', value: 'good' })
        await client.registeredModels.setAlias({ name: 'find-b', alias: 'best', version: 1 })
        const models = async (filter: string) =>
          (await client.registeredModels.search({ filter })).registeredModels.map(({ name }) => name)
        const versions = async (filter: string, orderBy: string[] = []) =>
          (await client.modelVersions.search({ filter, orderBy })).modelVersions.map((v) => `${v.name}/${v.version}`)
        assert.deepEqual(await models("name LIKE 'find-%'"), ['find-a', 'find-b'])
        assert.deepEqual(await models("name ILIKE 'FIND-%' and tags.team = 'vision'"), ['find-a'])
        assert.deepEqual(await models("name IN ('find-b') or tags.team = 'vision'"), ['find-a', 'find-b'])
        assert.deepEqual(await versions("name = 'find-a'"), ['find-a/2', 'find-a/1'])
        assert.deepEqual(await versions("name = 'find-a'", ['version_number ASC']), ['find-a/1', 'find-a/2'])
        assert.deepEqual(await versions("tags.q = 'good'"), ['find-a/2'])
        assert.deepEqual(await versions("alias = 'best'"), ['find-b/1'])
        assert.deepEqual(await versions("source_path = 's3://b/3' and name LIKE 'find%'"), ['find-b/1'])
        await assert.rejects(models("foo = 'x'"), INVALID)
      })

      it('come in pages that join without a gap', async () => {
        const pages: string[] = []
        let pageToken: string | undefined
        do {
          const page = await client.modelVersions.search({
            filter: "name = 'many'",
            orderBy: ['version_number DESC'],
            maxResults: 10,
            ...(pageToken && { pageToken }),
          })
          pages.push(page.modelVersions.map((each) => each.version).join(' '))
          pageToken = page.nextPageToken
        } while (pageToken)
        assert.deepEqual(pages, ['25 24 23 22 21 20 19 18 17 16', '15 14 13 12 11 10 9 8 7 6', '5 4 3 2 1'])
      })

      it('leave prompts out unless they are asked for', async () => {
        await client.registeredModels.create({ name: 'greeting', tags: PROMPT })
        const text = [...PROMPT, { key: 'mlflow.prompt.text', value: 'Hello {{ name }}' }]
        await client.modelVersions.create({ name: 'greeting', source: 'dummy-source', tags: text })
        const filter = "name = 'greeting'"
        const asked = `${filter} and tags.\`mlflow.prompt.is_prompt\` = 'true'`
        assert.equal((await client.registeredModels.search({ filter })).registeredModels.length, 0)
        assert.equal((await client.registeredModels.search({ filter: asked })).registeredModels.length, 1)
        const others = "name LIKE 'find-%' and tags.`mlflow.prompt.is_prompt` != 'true'"
        assert.equal((await client.registeredModels.search({ filter: others })).registeredModels.length, 2)
        assert.equal((await client.modelVersions.search({ filter })).modelVersions.length, 0)
        assert.equal((await client.modelVersions.search({ filter: asked })).modelVersions.length, 1)
        await assert.rejects(register('greeting'), { ...EXISTS, message: /prompt/i })
        const files = { name: 'greeting', source: 's3://b/x', tags: PROMPT }
        await assert.rejects(client.modelVersions.create(files), INVALID)
      })
    })

    describe('requests for another stage', () => {
      const wish = { name: 'asked', version: 1, stage: 'Production' }
      const requests = async () => (await client.transitionRequests.list({ name: 'asked', version: 1 })).requests
      const stage = async () => (await version('asked', 1)).currentStage

      it('change nothing until they are approved', async () => {
        await register('asked', ['s3://b/1', 's3://b/2'])
        await client.modelVersions.transitionStage({ ...wish, version: 2 })
        const { request } = await client.transitionRequests.create({ ...wish, comment: 'ready?' })
        assert.deepEqual(
          [request.activityType, request.fromStage, request.toStage, request.comment, request.userId],
          ['REQUESTED_TRANSITION', 'None', 'Production', 'ready?', 'local'],
        )
        assert.deepEqual(await requests(), [request])
        await assert.rejects(client.transitionRequests.create(wish), EXISTS)
        assert.equal(await stage(), 'None')
        const { activity } = await client.transitionRequests.approve({
          ...wish,
          comment: 'yes',
          archiveExistingVersions: true,
        })
        assert.deepEqual([activity.activityType, activity.comment], ['APPROVED_REQUEST', 'yes'])
        assert.deepEqual([await stage(), (await version('asked', 2)).currentStage], ['Production', 'Archived'])
        assert.deepEqual(await requests(), [])
        assert.deepEqual((await actions('asked')).slice(-4), [
          'transition_request.created',
          'transition_request.approved',
          'model_version.staged',
          'model_version.staged',
        ])
      })

      it('are refused or taken back, and must be there for it', async () => {
        const archive = { ...wish, stage: 'Archived' }
        await client.transitionRequests.create(archive)
        await client.transitionRequests.reject({ ...archive, comment: 'no' })
        await client.transitionRequests.create(archive)
        await assert.rejects(client.transitionRequests.delete({ ...archive, creator: 'somebody' }), MISSING)
        await client.transitionRequests.delete({ ...archive, creator: 'local' })
        assert.deepEqual([await stage(), await requests()], ['Production', []])
        for (const decide of ['approve', 'reject'] as const)
          await assert.rejects(client.transitionRequests[decide](archive), MISSING)
      })
    })

    it('knows what a version was made from, and what was made from it', async () => {
      const { run: parent } = await client.runs.create({ experimentId: '0', runName: 'parent' })
      const tags = { 'mlflow.parentRunId': parent.info.runId, 'mlflow.source.git.commit': 'c0ffee0123456789' }
      const { run } = await client.runs.create({
        experimentId: '0',
        runName: 'trainer',
        tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
      })
      const dataset = { name: 'digits', digest: 'd1', sourceType: 'local', source: '{}' }
      await client.runs.logInputs({ runId: run.info.runId, datasets: [{ dataset }] })
      const { model } = await client.loggedModels.create({
        experimentId: '0',
        name: 'net',
        sourceRunId: run.info.runId,
      })
      const { modelId: id } = model.info
      await register('line-a')
      await client.modelVersions.create({ name: 'line-a', source: `models:/${id}`, modelId: id })
      await register('line-b', ['models:/line-a/1', 'models:/line-b/1'])
      const expected = [
        'commit:c0ffee0123456789 > trainer',
        'digits > trainer',
        'line-a 1 > line-b 1',
        'line-b 1 > line-b 2',
        'net > line-a 1',
        'parent > trainer',
        'trainer > net',
      ]
      for (const [name, number] of [
        ['line-a', 1],
        ['line-b', 2],
      ] as const) {
        const { nodes, edges } = await client.lineage.get({ name, version: number })
        const names = new Map(nodes.map((node) => [node.id, node.kind === 'commit' ? node.id : node.name]))
        assert.deepEqual(edges.map(({ from, to }) => `${names.get(from)} > ${names.get(to)}`).toSorted(), expected)
      }
    })

    describe('history', () => {
      it('says who changed what, from what to what, and why', async () => {
        await register('told', ['s3://b/1'])
        await client.modelVersions.transitionStage({
          name: 'told',
          version: 1,
          stage: 'Staging',
          comment: 'looks good',
        })
        const { events } = await client.registry.history({ name: 'told', action: 'model_version.staged' })
        const [{ userId, version: of, before: from, after, comment } = assert.fail()] = events
        assert.deepEqual([userId, of, from, after, comment], ['local', 1, 'None', 'Staging', 'looks good'])
      })

      it('comes in pages, newest first', async () => {
        const first = await client.registry.history({ maxResults: 3 })
        const second = await client.registry.history({ maxResults: 3, pageToken: first.nextPageToken! })
        const ids = [...first.events, ...second.events].map(({ id }) => id)
        assert.deepEqual(
          ids,
          ids.toSorted((a, b) => b - a),
        )
        assert.equal(new Set(ids).size, 6)
        await assert.rejects(client.registry.history({ pageToken: 'x' }), INVALID)
      })

      it('knows stages and aliases as they were', async () => {
        await register('then', ['s3://b/1', 's3://b/2'])
        const times: number[] = []
        const step = async (change: Promise<unknown>) => {
          await change
          times.push(Date.now())
          await new Promise((resolve) => setTimeout(resolve, 3))
        }
        const stage = 'Production'
        await step(client.modelVersions.transitionStage({ name: 'then', version: 1, stage }))
        await step(client.registeredModels.setAlias({ name: 'then', alias: 'champion', version: 1 }))
        const rest = { stage, archiveExistingVersions: true }
        await step(client.modelVersions.transitionStage({ name: 'then', version: 2, ...rest }))
        await step(client.registeredModels.setAlias({ name: 'then', alias: 'champion', version: 2 }))
        await step(client.modelVersions.delete({ name: 'then', version: 1 }))
        const at = async (timestamp: number) =>
          (await client.registry.asOf({ name: 'then', timestamp })).versions.map(
            (each) => `${each.version} ${each.stage} ${each.aliases.join()}`,
          )
        assert.deepEqual(await at(times[0]!), ['2 None ', '1 Production '])
        assert.deepEqual(await at(times[1]!), ['2 None ', '1 Production champion'])
        assert.deepEqual(await at(times[2]!), ['2 Production ', '1 Archived champion'])
        assert.deepEqual(await at(times[3]!), ['2 Production champion', '1 Archived '])
        assert.deepEqual(await at(times[4]!), ['2 Production champion'])
        assert.deepEqual(await at(0), [])
      })
    })
  })
