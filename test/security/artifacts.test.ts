import assert from 'node:assert/strict'
import { describe, it, before } from 'node:test'
import { openTestApp, type TestApp } from '../app.ts'
import { databases } from '../databases.ts'

const SCRIPT = '<script>fetch("/api/2.0/mlflow/runs/search")</script>'

/** What an artifact could do to who looks at it, by its name. */
const NASTY: [name: string, content: string][] = [
  ['page.html', `<html>${SCRIPT}</html>`],
  ['page.xhtml', `<html xmlns="http://www.w3.org/1999/xhtml">${SCRIPT}</html>`],
  ['image.svg', `<svg xmlns="http://www.w3.org/2000/svg">${SCRIPT}</svg>`],
  ['feed.xml', `<?xml version="1.0"?><?xml-stylesheet href="x.xsl"?><a>${SCRIPT}</a>`],
  ['report.md', SCRIPT],
  ['MLmodel', `flavors: !!js/function "function(){ ${SCRIPT} }"`],
  ['image.png', `<html>${SCRIPT}</html>`],
  ['no-extension', `<html>${SCRIPT}</html>`],
  ['a"; filename="x.html', SCRIPT],
  [`<img src=x onerror=alert(1)>.txt`, SCRIPT],
  ['naïve ☃.html', SCRIPT],
]

describe('artifacts are the bytes of strangers', () => {
  let test: TestApp
  let pathsOf: (name: string) => string[]
  before(async () => {
    test = await openTestApp(databases['sqlite']!)
    const { run } = await test.client.runs.create({ experimentId: '0' })
    const { model } = await test.client.loggedModels.create({ experimentId: '0' })
    const { modelId, artifactUri } = model!.info!
    const upload = (uri: string, name: string, body: string) =>
      test.client.proxy.upload({ artifactPath: `${uri.replace('mlflow-artifacts:/', '')}/${name}` }, { body })
    for (const [name, content] of NASTY) {
      await upload(run.info.artifactUri, name, content)
      await upload(artifactUri, name, content)
    }
    pathsOf = (name) => {
      const path = encodeURIComponent(name)
      const folder = run.info.artifactUri.replace('mlflow-artifacts:/', '')
      return [
        `/get-artifact?run_id=${run.info.runId}&path=${path}`,
        `/api/2.0/mlflow-artifacts/artifacts/${folder}/${path}`,
        `/ajax-api/2.0/mlflow/logged-models/${modelId}/artifacts/files?artifact_file_path=${path}`,
      ]
    }
  })

  for (const [name, content] of NASTY)
    it(`and '${name}' is only ever saved, not shown`, async () => {
      for (const path of pathsOf(name)) {
        const response = await test.app(new Request(`http://localhost${path}`))
        const { headers } = response
        assert.equal(await response.text(), content)
        assert.match(
          headers.get('content-disposition')!,
          /^attachment; filename="[^"\\\r\n]*"(; filename\*=UTF-8''[\w%.~-]+)?$/,
        )
        assert.match(headers.get('content-security-policy')!, /^sandbox; default-src 'none'/)
        assert.doesNotMatch(headers.get('content-security-policy')!, /allow-scripts|allow-same-origin/)
        assert.equal(headers.get('x-content-type-options'), 'nosniff')
      }
    })

  it('and a refusal is never a page that repeats what was sent', async () => {
    for (const [path, headers] of [
      [`/get-artifact?run_id=${encodeURIComponent(SCRIPT)}&path=x`, {}],
      [`/api/2.0/mlflow/runs/get?run_id=${encodeURIComponent(SCRIPT)}`, {}],
      [`/${encodeURIComponent(SCRIPT)}`, {}],
      ['/api/2.0/mlflow/runs/create', { 'content-type': `text/html${SCRIPT}` }],
      ['/api/2.0/mlflow/runs/get?run_id=x', { host: `evil${SCRIPT}` }],
    ] as const) {
      const method = path.endsWith('create') ? 'POST' : 'GET'
      const response = await test.app(new Request(`http://localhost${path}`, { method, headers }))
      assert.ok(response.status >= 400 && response.status < 500, `${response.status} for ${path}`)
      assert.doesNotMatch(response.headers.get('content-type') ?? 'none', /html|none/)
      assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
    }
  })
})
