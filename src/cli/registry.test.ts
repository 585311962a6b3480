import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { startServer } from '../server/server.ts'
import { databases, atEnd } from '../../test/databases.ts'
import { millrace } from '../../test/command.ts'

describe('millrace registry', { timeout: 60_000 }, () => {
  let env: Record<string, string>
  before(async () => {
    const server = await startServer({ port: 0, backendStoreUri: (await databases['sqlite']!()).uri })
    atEnd(() => server.close())
    env = { MLFLOW_TRACKING_URI: server.url }
  })
  const call = async (...args: string[]) => await millrace(['registry', ...args], env).done
  const json = async (...args: string[]) => JSON.parse((await call(...args, '--json')).stdout)

  it('registers, names, stages and shows versions', async () => {
    const { stdout, code } = await call('register', 's3://bucket/one', 'digits', '--tag', 'a=1=2', '--description', 'D')
    assert.equal(code, 0)
    assert.match(stdout, /^NAME {4}VERSION {2}STAGE {2}.*\ndigits {2}1 {8}None {3}.*s3:\/\/bucket\/one\n$/)
    await call('register', 'models:/digits/1', 'digits')
    await call('alias', 'digits', 'champion', '2')
    await call('stage', 'digits', '1', 'production')
    await call('stage', 'digits', '2', 'Production', '--archive-existing', '--comment', 'better')
    const [version] = await json('show', 'models:/digits@champion')
    assert.deepEqual([version.version, version.currentStage, version.source], [2, 'Production', 'models:/digits/1'])
    const [first] = await json('versions', 'digits', '--filter', "current_stage = 'Archived'")
    assert.deepEqual([first.version, first.tags], [1, [{ key: 'a', value: '1=2' }]])
    assert.deepEqual(await json('as-of', 'digits', '2020-01-01'), [])
    const now = await json('as-of', 'digits', '2999-01-01T00:00Z')
    assert.deepEqual(now[0], { version: 2, stage: 'Production', aliases: ['champion'] })
    const { edges } = await json('lineage', 'digits', '1')
    assert.deepEqual(edges, [{ from: 'model_version:digits/1', to: 'model_version:digits/2' }])
  })

  it('tells the history, as much of it as is wanted', async () => {
    assert.equal((await json('history', 'digits', '--limit', '3')).length, 3)
    const events = await json('history', 'digits', '--version', '2')
    assert.ok(events.every(({ version }: { version: number }) => version === 2))
    assert.match((await call('history', 'digits')).stdout, /None → Production {2,}better/)
    assert.deepEqual(await json('history', 'digits', '--until', '2020-01-01'), [])
  })

  it('renames and deletes', async () => {
    await call('rename', 'digits', 'numbers')
    await call('delete', 'numbers', '1')
    await call('alias', 'numbers', 'champion')
    const [model] = await json('models', '--filter', "name = 'numbers'")
    assert.deepEqual([model.latestVersions.length, model.aliases], [1, []])
    await call('delete', 'numbers')
    assert.equal((await json('models')).length, 0)
  })

  const refusals: [args: string[], sentence: RegExp][] = [
    [['show', 'models:/nobody/1'], /^millrace: Model version 'nobody\/1' not found\n$/],
    [['stage', 'digits', 'x', 'Staging'], /'x' is invalid for argument 'version'. 'x' is not a whole number/],
    [['as-of', 'digits', 'soon'], /'soon' is not a time, such as 2026-05-03/],
    [['register', 's3://b/x', 'a/b'], /^millrace: Invalid value for 'name': 'a\/b' must not contain '\/'\n$/],
    [['register', 's3://b/x', 'a', '--tag', 'x'], /'x' is not of the form key=value/],
    [['models', '--filter', 'nonsense'], /^millrace: Invalid value for 'filter'/],
    [['models', '--tracking-uri', 'ftp://x'], /^millrace: Invalid value for 'tracking URI'/],
  ]
  for (const [args, sentence] of refusals)
    it(`refuses '${args.join(' ')}' with a sentence`, async () => {
      const { code, stderr, stdout } = await call(...args)
      assert.deepEqual([code, stdout], [1, ''])
      assert.match(stderr, sentence)
    })
})
