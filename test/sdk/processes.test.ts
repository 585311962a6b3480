import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { before, describe, it } from 'node:test'
import { runScript } from './script.ts'
import {
  readArtifact,
  readHistory,
  readRun,
  startTestServer,
  temporaryFolder,
  testServer,
  type TestServer,
} from './server.ts'

const HUNDRED = Array.from({ length: 100 }, (_, step) => [step, step])

const START = `const { runId } = await millrace.startRun()
console.log(runId)`
const LOG = `for (let step = 0; step < 100; step++) millrace.logMetric('loss', step, { step })`
const NEXT = `await millrace.startRun(() => {})`

describe('the end of a process', () => {
  let server: TestServer

  before(async () => {
    server = await startTestServer()
  })

  it('delivers all and ends the run, at the end of the script', async () => {
    const folder = temporaryFolder()
    const { code, stdout, took } = await runScript(folder, server.url, `${START}\n${LOG}`)
    assert.equal(code, 0)
    assert.equal((await readRun(server, stdout)).info.status, 'FINISHED')
    assert.deepEqual(await readHistory(server, stdout, 'loss'), HUNDRED)
    assert.equal(existsSync(join(folder, '.millrace')), false, 'no journal is left')
    assert.ok(took < 3000)
  })

  const ends: [how: string, script: string, code: number, status: string][] = [
    ['process.exit(0)', 'process.exit(0)', 0, 'FINISHED'],
    ['process.exit(3)', 'process.exit(3)', 3, 'FAILED'],
    ['an error that nobody caught', `setTimeout(() => { throw new Error('boom') })`, 1, 'FAILED'],
    ['a rejection that nobody caught', `Promise.reject(new Error('boom'))`, 1, 'FAILED'],
  ]

  for (const [how, end, expected, status] of ends)
    it(`loses nothing by ${how}: the next process delivers it`, async () => {
      const folder = temporaryFolder()
      const { code, stdout, stderr } = await runScript(folder, server.url, `${START}\n${LOG}\n${end}`)
      assert.equal(code, expected)
      assert.match(stderr, /101 values wait in .*\.millrace\/journal; the next program that logs to http:/)
      await runScript(folder, server.url, NEXT)
      assert.equal((await readRun(server, stdout)).info.status, status)
      assert.deepEqual(await readHistory(server, stdout, 'loss'), HUNDRED)
      assert.equal(existsSync(join(folder, '.millrace')), false, 'no journal is left')
    })

  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    it(`delivers all and ends the run as KILLED by ${signal}`, async () => {
      const body = `${START}\n${LOG}\nconsole.log('logged')\nsetInterval(() => {}, 1000)`
      const ended = await runScript(
        temporaryFolder(),
        server.url,
        body,
        (line, kill) => line === 'logged' && kill(signal),
      )
      assert.equal(ended.signal, signal)
      const [runId] = ended.stdout.split('\n')
      assert.equal((await readRun(server, runId!)).info.status, 'KILLED')
      assert.deepEqual(await readHistory(server, runId!, 'loss'), HUNDRED)
    })

  it('leaves a signal to the program that listens for it', async () => {
    const body = `process.on('SIGTERM', () => process.exit(7))\n${START}\nsetInterval(() => {}, 1000)`
    const { code } = await runScript(temporaryFolder(), server.url, body, (_, kill) => kill('SIGTERM'))
    assert.equal(code, 7)
  })

  it('loses nothing by kill -9: the next process delivers it once', async () => {
    const folder = temporaryFolder()
    const away = await startTestServer()
    const body = `${START}
const isUp = () => fetch(millrace.getTrackingUri()).then(() => true, () => false)
while (await isUp()) await new Promise((resolve) => setTimeout(resolve, 10))
await millrace.logText('report', 'report.txt')
${LOG}
await millrace.logText('more', 'more.txt')
console.log('logged')
setInterval(() => {}, 1000)`
    const ended = await runScript(folder, away.url, body, (line, kill) => {
      if (line === 'logged') kill('SIGKILL')
      else void away.stop()
    })
    assert.equal(ended.signal, 'SIGKILL')
    const [runId] = ended.stdout.split('\n')
    await away.start()
    await runScript(folder, away.url, NEXT)
    assert.deepEqual(await readHistory(away, runId!, 'loss'), HUNDRED)
    assert.equal(String(await readArtifact(away, runId!, 'report.txt')), 'report')
    assert.equal(String(await readArtifact(away, runId!, 'more.txt')), 'more')
    assert.equal(existsSync(join(folder, '.millrace')), false, 'no journal is left')
  })

  it('has every point that a log call took, after kills at any moment', async () => {
    const folder = temporaryFolder()
    const body = `import { writeSync } from 'node:fs'
const { runId } = await millrace.startRun()
writeSync(1, runId + '\\n')
for (let step = 0; ; step++) {
  const logged = millrace.logMetric('loss', step, { step })
  writeSync(1, step + '\\n')
  if (step % 20 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  await logged
}`
    const taken: [runId: string, last: number][] = []
    for (let i = 0; i < 6; i++) {
      let timer: NodeJS.Timeout | undefined
      const { stdout, signal } = await runScript(folder, server.url, body, (_, kill) => {
        timer ??= setTimeout(() => kill('SIGKILL'), Math.random() * 400)
      })
      assert.equal(signal, 'SIGKILL')
      const lines = stdout.split('\n')
      if (lines.length > 1) taken.push([lines[0]!, Number(lines.at(-2))]) // the last may be cut off
    }
    await runScript(folder, server.url, NEXT)
    assert.ok(taken.length > 0)
    for (const [runId, last] of taken) {
      const steps = (await readHistory(server, runId, 'loss')).map(([step]) => step)
      assert.ok(steps.length > last, `${steps.length} of ${last + 1} points`)
      assert.deepEqual(
        steps,
        steps.map((_, i) => i),
      )
    }
  })

  it('does not wait for a server that never came, and keeps the run for it', async () => {
    const folder = temporaryFolder()
    const late = await testServer()
    const { code, stdout, took } = await runScript(folder, late.url, `${START}\n${LOG}`)
    assert.equal(code, 0)
    assert.ok(took < 3000)
    await late.start()
    await runScript(folder, late.url, NEXT)
    assert.equal((await readRun(late, stdout)).info.status, 'FINISHED')
    assert.deepEqual(await readHistory(late, stdout, 'loss'), HUNDRED)
  })
})
