import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { millrace as start } from '../../test/command.ts'

const folder = mkdtempSync(join(tmpdir(), 'millrace-cli-'))
after(() => rmSync(folder, { recursive: true }))

const millrace = (args: string[], env: Record<string, string> = {}) => start(args, env, folder)

/** Starts a server and waits until it says where it is. */
async function serve(args: string[], env: Record<string, string> = {}) {
  const server = millrace(['server', '--port', '0', ...args], env)
  let said = ''
  const url = await new Promise<string>((resolve, reject) => {
    server.child.stderr.on('data', (part) => {
      said += part
      const found = /Millrace is at (http:[^"\s]+)/.exec(said)
      if (found) resolve(found[1]!)
    })
    server.child.once('exit', () => reject(new Error(said)))
  })
  return { ...server, url, said }
}

describe('millrace server', { timeout: 60_000 }, () => {
  const busy = createServer()
  before(async () => {
    writeFileSync(join(folder, 'file'), 'not a folder, and not a database either')
    await once(busy.listen(0, '127.0.0.1'), 'listening')
  })
  after(() => busy.close())

  const refusals: [args: string[] | (() => string[]), sentence: RegExp][] = [
    [
      () => ['--port', String((busy.address() as AddressInfo).port)],
      /^millrace: Port \d+ is in use on 127\.0\.0\.1\. Choose another/,
    ],
    [['--port', 'x'], /'x' is invalid/],
    [
      ['--backend-store-uri', 'mysql://user:secret@host/db'],
      /expected sqlite:\/\/\/… or postgresql:\/\/…, got 'mysql:…'/,
    ],
    [['--backend-store-uri', 'sqlite:///file/store.db'], /the folder '.*file' cannot be written to: there is a file/],
    [['--app-name', 'basic-auth'], /--app-name cannot be used: Millrace has no accounts yet/],
    [['--x-frame-options', 'MAYBE'], /Allowed choices are SAMEORIGIN, DENY, NONE/],
    [['--nope'], /unknown option '--nope'/],
  ]
  for (const [given, sentence] of refusals)
    it(`refuses ${typeof given === 'function' ? 'a port in use' : given.join(' ')} in one sentence`, async () => {
      const args = typeof given === 'function' ? given() : given
      const { stdout, stderr, code } = await millrace(['server', ...args]).done
      assert.deepEqual([code, stdout, stderr.trim().split('\n').length], [1, '', 1], stderr)
      assert.match(stderr, sentence)
      assert.doesNotMatch(stderr, /secret|\bat .*\.ts/)
    })

  it('stops at SIGTERM and at SIGINT with exit code 0', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const { child, done, url } = await serve(['--backend-store-uri', `sqlite:///stops-${signal}.db`])
      assert.equal(await (await fetch(`${url}/health`)).text(), 'OK')
      child.kill(signal)
      assert.equal((await done).code, 0)
    }
  })

  it('takes its options from the environment in either spelling, ours first', async () => {
    const { child, done, url } = await serve([], {
      MLFLOW_BACKEND_STORE_URI: 'sqlite:///env.db',
      MLFLOW_STATIC_PREFIX: '/theirs',
      MILLRACE_STATIC_PREFIX: '/ours',
      MLFLOW_SERVE_ARTIFACTS: 'false',
      MLFLOW_SERVER_DISABLE_SECURITY_MIDDLEWARE: 'false',
    })
    assert.match(url, /\/ours$/)
    assert.equal((await fetch(`${url}/api/2.0/mlflow-artifacts/artifacts`)).status, 503)
    const foreign = await fetch(`${url}/api/2.0/mlflow/runs/create`, {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
    })
    assert.equal(foreign.status, 403)
    child.kill()
    await done
  })

  it('says which options change nothing, and starts', async () => {
    const { child, done, said } = await serve(['--workers', '4', '--backend-store-uri', 'sqlite:///idle.db'])
    assert.match(said, /--workers changes nothing here: one process serves all/)
    child.kill()
    await done
  })

  it('explains every option of mlflow server', async () => {
    const { stdout, code } = await millrace(['ui', '--help']).done
    assert.equal(code, 0)
    const options =
      'backend-store-uri read-replica-backend-store-uri registry-store-uri default-artifact-root serve-artifacts no-serve-artifacts artifacts-only artifacts-destination host port workers static-prefix allowed-hosts cors-allowed-origins disable-security-middleware x-frame-options gunicorn-opts waitress-opts uvicorn-opts dev expose-prometheus app-name trace-archival-config secrets-cache-ttl secrets-cache-max-size workspace-store-uri enable-workspaces disable-workspaces'
    for (const option of options.split(' ')) assert.match(stdout, new RegExp(`--${option}\\b`))
  })

  it('says its version', async () => {
    const { stdout } = await millrace(['--version']).done
    assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
  })
})
