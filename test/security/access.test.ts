import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkAccess, checkRule, rulesOf } from '../../src/http/access.ts'
import { createApp, type Route } from '../../src/http/app.ts'
import { type Endpoint, endpoint } from '../../src/wire/endpoint.ts'
import { contract } from '../../src/wire/index.ts'
import { message, string } from '../../src/wire/schema.ts'

const nobody = { name: 'nobody', isAdmin: false }
const all = Object.entries(contract).flatMap(([service, endpoints]) =>
  Object.entries(endpoints as Record<string, Endpoint>).map(
    ([name, each]) => [`${service}.${name}`, each] as [string, Endpoint],
  ),
)

describe('access rules', () => {
  it('make public only what tells nothing of the store', () => {
    const open = all.filter(([, { access }]) => access === 'public').map(([name]) => name)
    assert.deepEqual(open.sort(), ['server.health', 'server.info', 'server.version'])
  })

  for (const [name, declared] of all)
    it(`place ${name}, and refuse who has no right`, () => {
      checkRule(declared)
      if (declared.access !== 'public')
        assert.throws(() => checkAccess(nobody, declared.access), { code: 'PERMISSION_DENIED', message: /'nobody'/ })
    })

  it('ask more of what changes than of what reads', () => {
    const readers = all.filter(([, { access }]) => rulesOf(access).some(({ permission }) => permission === 'READ'))
    const writers = readers.filter(([name]) => /\.(create|update|delete|set|log|restore|upload|finalize)/.test(name))
    assert.deepEqual(writers, [])
  })

  it('that cannot be placed keep the app from starting', () => {
    const broken = endpoint({
      method: 'GET',
      path: '/x',
      access: { resource: 'run', by: 'nope' as 'id', permission: 'READ' },
      request: message('X', { id: string }),
      response: message('Empty', {}),
    })
    const route: Route = { endpoint: broken, handle: () => ({}) }
    assert.throws(() => createApp([route]), /the access rule of \/x names 'nope'/)
  })
})
