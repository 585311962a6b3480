import { openAsBlob } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, posix, relative, sep } from 'node:path'
import { invalid } from '../wire/errors.ts'
import { onRun } from './fluent.node.ts'

/** Pixels row by row: 1 byte each (grey) or 4 (red, green, blue, alpha). Shape `[height, width]` or `[height, width, 4]`. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array | Uint8ClampedArray
}

/**
 * Copies a local file, or a folder with all in it, to the run's artifacts.
 *
 * @param artifactPath - The folder among the artifacts; their root by default.
 */
export async function logArtifact(localPath: string, artifactPath = ''): Promise<void> {
  const target = posix.join(artifactPath, basename(localPath))
  if ((await stat(localPath)).isDirectory()) return logArtifacts(localPath, target)
  const content = await openAsBlob(localPath)
  await onRun((run) => run.logBytes(content, target))
}

/** Copies what is in a local folder to the run's artifacts. */
export async function logArtifacts(folder: string, artifactPath = ''): Promise<void> {
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const name = relative(folder, file).split(sep).join('/')
    const content = await openAsBlob(file)
    await onRun((run) => run.logBytes(content, posix.join(artifactPath, name)))
  }
}

/** Writes an image: encoded bytes as they are, pixels as PNG. */
export async function logImage(image: Uint8Array | Pixels, path: string): Promise<void> {
  const bytes = image instanceof Uint8Array ? image : await encodePng(image)
  await onRun((run) => run.logBytes(bytes, path))
}

/** Writes a figure: SVG or HTML text, image bytes, or a Plotly figure as its JSON. */
export async function logFigure(
  figure: string | Uint8Array | { data: unknown; layout?: unknown },
  path: string,
): Promise<void> {
  await onRun((run) => {
    if (typeof figure === 'string') return run.logText(figure, path)
    return figure instanceof Uint8Array ? run.logBytes(figure, path) : run.logDict(figure, path)
  })
}

async function encodePng({ width, height, data }: Pixels): Promise<Uint8Array> {
  const { PNG } = await import('pngjs')
  const channels = data.length / (width * height)
  if (channels !== 1 && channels !== 4)
    throw invalid('image', `expected ${width * height} or ${width * height * 4} bytes, got ${data.length}`)
  const png = new PNG({ width, height })
  for (let i = 0; i < width * height; i++)
    for (let c = 0; c < 4; c++) png.data[i * 4 + c] = channels === 4 ? data[i * 4 + c]! : c === 3 ? 255 : data[i]!
  return PNG.sync.write(png)
}
