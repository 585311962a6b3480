import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { atEnd } from './databases.ts'
import { at } from './parts.ts'

export const S3_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'AKIAMILLRACETEST', AWS_SECRET_ACCESS_KEY: 'a/secret+of=the/test' }

/** An S3-compatible server on this machine with the bucket `millrace`, as the environment that leads to it. */
export async function openS3(): Promise<Record<string, string>> {
  const script = resolve(import.meta.dirname, 's3-server.py')
  const port = await start(at('python'), [script, ...Object.values(S3_CREDENTIALS), 'millrace', 'other'], {
    MOTO_S3_DEFAULT_MAX_KEYS: '20', // so that a listing has pages
  })
  return { MLFLOW_S3_ENDPOINT_URL: `http://127.0.0.1:${port}`, ...S3_CREDENTIALS }
}

/** Starts a program and answers the port that it says it listens at. */
async function start(command: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-stores-'))
  const child = spawn(command, args, {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  const exited = once(child, 'exit')
  atEnd(async () => {
    child.kill('SIGKILL')
    await exited
    rmSync(folder, { recursive: true, force: true })
  })
  let said = ''
  return await new Promise((resolve, reject) => {
    const hear = (part: Buffer) => {
      said += part
      const found = /listening (?:at|on).*?(\d+)\s*$/m.exec(said)
      if (found) resolve(Number(found[1]))
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', hear)
    child.once('error', reject)
    child.once('exit', () => reject(new Error(`It does not start: ${said}`)))
  })
}
