import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { temporaryFolder } from './servers.ts'

const root = resolve(import.meta.dirname, '..')

/** Megabytes that `npm install millrace` puts on the disk. */
export function installedMillrace(): number {
  const { folder, remove } = temporaryFolder()
  const run = (cwd: string, ...args: string[]) =>
    execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel', 'error'], { cwd, encoding: 'utf8' })
  const packed = run(root, 'pack', '--ignore-scripts', '--pack-destination', folder).trim().split('\n').at(-1)!
  const target = join(folder, 'user')
  execFileSync('mkdir', [target])
  writeFileSync(join(target, 'package.json'), '{"private":true}')
  run(target, 'install', join(folder, packed))
  const size = megabytes(join(target, 'node_modules'))
  remove()
  return size
}

/** Megabytes of the packages beside an interpreter. */
export function installedPackages(python: string): number {
  const place = execFileSync(python, ['-c', "import sysconfig; print(sysconfig.get_paths()['purelib'])"])
  return megabytes(place.toString().trim())
}

const megabytes = (folder: string) =>
  Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1024
