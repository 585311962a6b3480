import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { dirname, relative, resolve } from 'node:path'
import { it } from 'node:test'

/** Each folder may import from those of the lines above its own, and itself. */
const LAYERS = [
  ['wire'],
  ['client', 'db', 'blobs'],
  ['search', 'http', 'sdk'],
  ['auth', 'tracking', 'models'],
  ['traces', 'registry', 'artifacts', 'serving', 'projects'],
  ['transfer', 'plugins'],
  ['server'],
  ['cli', 'testing'],
]
const root = resolve(import.meta.dirname, '..')
const layerOf = (folder: string) => LAYERS.findIndex((layer) => layer.includes(folder))

/** Every import of one of our files, as `[from, to]` below the root. */
function importsOf(pattern: string): [file: string, to: string][] {
  return globSync(pattern, { cwd: root }).flatMap((file) => {
    const text = readFileSync(resolve(root, file), 'utf8')
    const found = text.matchAll(/(?:from|import)\s*\(?\s*'(\.{1,2}\/[^']+)'/g)
    return [...found].map(([, path]): [string, string] => [file, relative(root, resolve(root, dirname(file), path!))])
  })
}

it('imports only from the layers below', () => {
  const imports = importsOf('src/**/*.ts').filter(([file]) => !/\.(test|suite)\.ts$/.test(file))
  assert.ok(imports.length > 100)
  const wrong = imports.filter(([file, to]) => {
    const [from, target] = [file.split('/')[1]!, to.split('/')[1]!]
    return from !== target && !(layerOf(from) > layerOf(target) && layerOf(target) >= 0)
  })
  assert.deepEqual(wrong, [])
})

it('gives the pages the client and the contract, and nothing else', () => {
  const imports = importsOf('ui/**/*.{ts,tsx}').filter(([, to]) => !to.startsWith('ui/'))
  assert.ok(imports.length > 10)
  assert.deepEqual(
    imports.filter(([, to]) => !/^src\/(client|wire)\//.test(to)),
    [],
  )
})
