import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { openTestApp, type TestApp } from '../../test/app.ts'
import { databases } from '../../test/databases.ts'
import { logSixRuns } from '../../test/six-runs.ts'

const encode = (token: unknown) => Buffer.from(JSON.stringify(token)).toString('base64')

for (const [name, open] of Object.entries(databases))
  describe(`pages of a search on ${name}`, () => {
    let test: TestApp
    let experimentId: string
    before(async () => {
      test = await openTestApp(open)
      experimentId = (await test.client.experiments.create({ name: 'six' })).experimentId
      await logSixRuns(test, experimentId)
    })
    const page = async (orderBy: string[], maxResults: number, pageToken?: string) => {
      const search = { experimentIds: [experimentId], orderBy, maxResults, ...(pageToken && { pageToken }) }
      const { runs, nextPageToken } = await test.client.runs.search(search)
      return { names: runs.map(({ info }) => info.runName!), nextPageToken }
    }
    const inPages = async (orderBy: string[], maxResults: number) => {
      const found: string[] = []
      let token: string | undefined
      do {
        const { names, nextPageToken } = await page(orderBy, maxResults, token)
        assert.ok(names.length <= maxResults)
        found.push(...names)
        token = nextPageToken
      } while (token && found.length < 20)
      return found
    }

    for (const orderBy of [
      [],
      ['metrics.loss'],
      ['metrics.acc'],
      ['metrics.acc DESC'],
      ['metrics.nothing DESC'],
      ['params.depth', 'tags.team DESC'],
      ['end_time'],
      ['end_time DESC', 'status'],
      ['status', 'metrics.acc DESC', 'run_id DESC'],
      ['start_time DESC'],
    ])
      it(`gives each run once ordered by ${JSON.stringify(orderBy)}, whatever the size of the pages`, async () => {
        const { names, nextPageToken } = await page(orderBy, 6)
        assert.equal(nextPageToken, undefined)
        for (const size of [1, 2, 4]) assert.deepEqual(await inPages(orderBy, size), names)
      })

    it('shifts nothing when runs come between two pages', async () => {
      const other = (await test.client.experiments.create({ name: 'growing' })).experimentId
      const start = (startTime: number) =>
        test.client.runs.create({ experimentId: other, startTime, runName: `${startTime}` })
      for (const time of [10, 20, 30, 40]) await start(time)
      const search = { experimentIds: [other], maxResults: 2 }
      const first = await test.client.runs.search(search)
      await start(50)
      await start(15)
      const second = await test.client.runs.search({ ...search, maxResults: 5, pageToken: first.nextPageToken! })
      assert.deepEqual(
        [first, second].map(({ runs }) => runs.map(({ info }) => info.runName)),
        [
          ['40', '30'],
          ['20', '15', '10'],
        ],
      )
    })

    it('gives 33,000 runs in one page', async () => {
      const { db, client } = test
      const { experimentId: id } = await client.experiments.create({ name: 'many' })
      const row = (i: number) => [`${i}`.padStart(32, '0'), Number(id), 'n', '', 'RUNNING', i, '', 'active', 0]
      const columns = {
        run_id: 'text',
        experiment: 'bigint',
        name: 'text',
        user_id: 'text',
        status: 'text',
        start_time: 'bigint',
        artifact_uri: 'text',
        lifecycle_stage: 'text',
        updated_at: 'bigint',
      } as const
      await db.write((tx) =>
        tx.insertMany(
          'runs',
          columns,
          Array.from({ length: 33_000 }, (_, i) => row(i)),
        ),
      )
      const { runs, nextPageToken } = await client.runs.search({ experimentIds: [id], maxResults: 50_000 })
      assert.deepEqual([runs.length, runs[0]!.info.startTime, nextPageToken], [33_000, 32_999, undefined])
    })

    it('gives pages of experiments', async () => {
      for (const experiment of ['b', 'a', 'c']) await test.client.experiments.create({ name: `page ${experiment}` })
      const search = { maxResults: 2, filter: `name LIKE 'page %'`, orderBy: ['name'] }
      const first = await test.client.experiments.search(search)
      const second = await test.client.experiments.search({ ...search, pageToken: first.nextPageToken! })
      assert.deepEqual(
        [...first.experiments, ...second.experiments].map((experiment) => experiment.name),
        ['page a', 'page b', 'page c'],
      )
      assert.equal(second.nextPageToken, undefined)
    })

    it('refuses a token of another order', async () => {
      const { nextPageToken } = await page(['metrics.loss'], 2)
      for (const orderBy of [[], ['metrics.loss DESC'], ['metrics.acc'], ['metrics.loss', 'status']])
        await assert.rejects(page(orderBy, 2, nextPageToken), {
          code: 'INVALID_PARAMETER_VALUE',
          message: /'page_token'/,
        })
    })

    for (const token of [
      'x',
      '!!!',
      encode(null),
      encode([]),
      encode({}),
      encode({ offset: 1 }),
      encode({ order: [], after: [] }),
      encode({ order: [], after: [1] }),
      encode({ order: [], after: ['1', 'a'] }),
      encode({ order: [], after: [1, 2] }),
      encode({ order: [], after: [1, null] }),
      encode({ order: [], after: [1, 'a', 3] }),
      encode({ order: ['start_time'], after: [1, 'a'] }),
    ])
      it(`refuses the token ${Buffer.from(token, 'base64').toString('latin1')}`, async () => {
        await assert.rejects(page([], 2, token), { code: 'INVALID_PARAMETER_VALUE', message: /'page_token'/ })
      })

    it('takes a token with any numbers, which are only places in the order', async () => {
      for (const start of [0.5, -1e300, 1e300, 2 ** 53])
        assert.ok((await page([], 9, encode({ order: [], after: [start, 'a'] }))).names.length % 6 === 0)
    })
  })
