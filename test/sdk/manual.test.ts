import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { runScript } from './script.ts'
import { startTestServer, temporaryFolder, type TestServer } from './server.ts'

const manual = readFileSync(join(import.meta.dirname, '../../docs/sdk.md'), 'utf8')
const snippets = [...manual.matchAll(/```ts\nimport \* as millrace from 'millrace'\n(.*?)```/gs)].map(
  ([, body]) => body!,
)

describe('the manual of the SDK', () => {
  let server: TestServer

  before(async () => {
    server = await startTestServer()
  })

  for (const [i, snippet] of snippets.entries())
    it(`has a snippet that runs: ${i + 1} of ${snippets.length}`, async () => {
      const { code, stdout, stderr } = await runScript(temporaryFolder(), server.url, snippet)
      assert.equal(code, 0, stderr)
      if (snippet.includes('console.log(best')) assert.equal(stdout, 'baseline 0.01')
      if (snippet.includes('error.code')) assert.match(stdout, /^INVALID_PARAMETER_VALUE 400 /)
      else assert.equal(stderr, '')
    })
})
