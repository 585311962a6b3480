import { useQuery } from '@tanstack/react-query'
import { lazy, type ReactNode, Suspense, useCallback } from 'react'
import { CopyButton } from '../copy.tsx'
import { bytes } from '../format.ts'
import { DataTable, toTable } from './data-table.tsx'
import { useListing } from './files.tsx'
import type { Place } from './place.ts'

const Markdown = lazy(() => import('../markdown.tsx'))

/** What is larger is better seen elsewhere. */
const MOST_TEXT = 1_048_576
const MOST_PAGES = 32 * 1_048_576

/** A picture of so few pixels is shown by its pixels. */
const TINY = 120

type Kind = 'picture' | 'pages' | 'text'

const KINDS: [kind: Kind, names: RegExp, most: number][] = [
  ['picture', /\.(png|jpe?g|gif|webp|bmp|ico|avif|svg)$/i, Infinity],
  ['pages', /\.pdf$/i, MOST_PAGES],
  [
    'text',
    /(^|\/)(MLmodel|MLproject|Dockerfile|Makefile|LICENSE|README|[^./]+rc)$|\.(txt|log|md|markdown|json|jsonl|geojson|csv|tsv|ya?ml|toml|ini|cfg|conf|env|xml|html?|py|ipynb|ts|tsx|js|jsx|mjs|css|sh|sql|r|java|scala|go|rs|c|cpp|h|diff|patch|tex|rst)$/i,
    MOST_TEXT,
  ],
]

interface Props {
  readonly place: Place
  readonly path: string
}

/**
 * An artifact, shown as what its name says it is.
 *
 * Artifacts are anybody's bytes: none is run or put into this page as it is.
 */
export function Preview({ place, path }: Props) {
  const listing = useListing(place, path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')
  const file = listing.data?.files.find((each) => each.path === path)
  return (
    <section className="preview" aria-label={path}>
      <header>
        <span className="mono clip" title={path}>
          {path}
        </span>
        <CopyButton text={path} label="Copy the path" />
        {file?.fileSize !== undefined && <span className="muted">{bytes(file.fileSize)}</span>}
        <a className="button" href={place.url(path)} download>
          Download
        </a>
      </header>
      {listing.isError && <p role="alert">{listing.error.message}</p>}
      {listing.isSuccess && !file && <p role="alert">There is no file at this path.</p>}
      {file?.isDir && <p className="muted">This is a folder: choose a file in it.</p>}
      {file?.fileSize !== undefined && contentOf({ place, path }, file.fileSize)}
    </section>
  )
}

function contentOf(props: Props, size: number): ReactNode {
  const [kind, , most] = KINDS.find(([, names]) => names.test(props.path)) ?? []
  if (!kind) return <p className="muted">Files of this kind are not shown here.</p>
  if (size > most!)
    return (
      <p className="muted">This file is larger than the {bytes(most!)} that are shown here: download it to see it.</p>
    )
  if (kind === 'picture') return <Picture {...props} />
  return kind === 'pages' ? <Pages {...props} /> : <Text {...props} />
}

const Picture = ({ place, path }: Props) => (
  <img
    src={place.url(path)}
    alt={path}
    onLoad={({ currentTarget: image }) => image.classList.toggle('tiny', image.naturalWidth < TINY)}
  />
)

/** A PDF in the browser's own viewer, which works in no sandbox but runs apart from this page; only what is called a PDF here goes there. */
function Pages({ place, path }: Props) {
  const query = useArtifact({ place, path }, (response) => response.blob())
  const bytes = query.data
  const show = useCallback(
    (frame: HTMLIFrameElement) => {
      const address = URL.createObjectURL(new Blob([bytes!], { type: 'application/pdf' }))
      frame.src = `${address}#navpanes=0`
      return () => URL.revokeObjectURL(address)
    },
    [bytes],
  )
  if (query.isError) return <p role="alert">{query.error.message}</p>
  // oxlint-disable-next-line react/iframe-missing-sandbox
  return bytes && <iframe title={path} ref={show} />
}

function Text({ place, path }: Props) {
  const query = useArtifact({ place, path }, (response) => response.text())
  if (query.isError) return <p role="alert">{query.error.message}</p>
  if (query.data === undefined) return null
  if (query.data === '') return <p className="muted">The file is empty.</p>
  return <Shown place={place} path={path} text={query.data} />
}

/** What an artifact holds. It is read once: changes of the run do not fetch it again. */
const useArtifact = <T,>({ place, path }: Props, read: (response: Response) => Promise<T>) =>
  useQuery({
    queryKey: ['artifact', ...place.key, path],
    queryFn: async ({ signal }) => {
      const response = await fetch(place.url(path), { signal })
      if (response.ok) return await read(response)
      const { message } = (await response.json()) as { message: string }
      throw new Error(message)
    },
  })

function Shown({ place, path, text }: Props & { text: string }) {
  if (/\.(md|markdown)$/i.test(path))
    return (
      <Suspense>
        <Markdown text={text} locate={(name) => place.url(beside(path, name))} />
      </Suspense>
    )
  if (/\.html?$/i.test(path)) return <Page path={path} text={text} />
  const table = toTable(path, text)
  if (table) return <DataTable {...table} />
  return <pre>{/\.json$/i.test(path) ? indented(text) : text}</pre>
}

/** Somebody's page in a frame that can do nothing: no scripts, no forms, no links, no requests to elsewhere. */
const Page = ({ path, text }: { path: string; text: string }) => (
  <>
    {/<script/i.test(text) && (
      <p className="muted">Its scripts do not run here: download it and open it, if you trust it, to see it whole.</p>
    )}
    <iframe sandbox="" title={path} srcDoc={text} />
  </>
)

/** The path of what a file names, such as `../plots/loss.png` in `reports/may.md`. */
function beside(path: string, name: string): string {
  const parts = path.split('/').slice(0, -1)
  for (const part of name.replace(/[?#].*$/, '').split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(unescaped(part))
  }
  return parts.join('/')
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part // a percent sign that stands for itself
  }
}

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text // it says that it is JSON, but is not
  }
}
