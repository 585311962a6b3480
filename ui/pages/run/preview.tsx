import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { artifactUrl } from '../../api.ts'
import { bytes } from '../../parts/format.ts'
import { useListing } from './artifacts.tsx'
import { DataTable, toTable } from './data-table.tsx'

const Markdown = lazy(() => import('../../parts/markdown.tsx'))

/** A larger text would be read elsewhere. */
const MOST_TEXT = 1_000_000

/** A picture of so few pixels is shown by its pixels. */
const TINY = 120

const IMAGE = /\.(png|jpe?g|gif|webp|bmp|ico|avif|svg)$/i
const TEXT =
  /(^|\/)(MLmodel|MLproject|Dockerfile|LICENSE|[^./]+rc)$|\.(txt|log|md|markdown|json|jsonl|geojson|csv|tsv|ya?ml|toml|ini|cfg|xml|html?|py|ipynb|ts|tsx|js|jsx|mjs|css|sh|sql|r|java|scala|go|rs|c|cpp|h|diff|patch)$/i

/**
 * An artifact, shown as what its name says it is.
 *
 * Artifacts are anybody's bytes: none is run or put into this page as it is.
 */
export function Preview({ runId, path }: { runId: string; path: string }) {
  const listing = useListing(runId, path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '')
  const size = listing.data?.files.find((file) => file.path === path)?.fileSize
  return (
    <section className="preview" aria-label={path}>
      <header>
        <span className="mono clip" title={path}>
          {path}
        </span>
        {size !== undefined && <span className="muted">{bytes(size)}</span>}
        <a className="button" href={artifactUrl(runId, path)} download>
          Download
        </a>
      </header>
      {IMAGE.test(path) ? (
        <img
          src={artifactUrl(runId, path)}
          alt={path}
          onLoad={({ currentTarget: image }) => image.classList.toggle('tiny', image.naturalWidth < TINY)}
        />
      ) : !TEXT.test(path) ? (
        <p className="muted">Files of this kind are not shown here.</p>
      ) : size === undefined ? null : size > MOST_TEXT ? (
        <p className="muted">Texts of more than {bytes(MOST_TEXT)} are not shown here.</p>
      ) : (
        <TextPreview runId={runId} path={path} />
      )}
    </section>
  )
}

function TextPreview({ runId, path }: { runId: string; path: string }) {
  const query = useQuery({
    queryKey: ['run', runId, 'artifact', path],
    queryFn: async ({ signal }) => {
      const response = await fetch(artifactUrl(runId, path), { signal })
      const text = await response.text()
      if (response.ok) return text
      throw new Error((JSON.parse(text) as { message: string }).message)
    },
  })
  if (query.isError) return <p role="alert">{query.error.message}</p>
  if (query.data === undefined) return null
  return <Shown runId={runId} path={path} text={query.data} />
}

function Shown({ runId, path, text }: { runId: string; path: string; text: string }) {
  if (/\.(md|markdown)$/i.test(path)) {
    const folder = path.slice(0, path.lastIndexOf('/') + 1)
    return (
      <Suspense>
        <Markdown text={text} locate={(name) => artifactUrl(runId, resolve(folder, name))} />
      </Suspense>
    )
  }
  if (/\.html?$/i.test(path)) return <iframe sandbox="" title={path} srcDoc={text} />
  const table = toTable(path, text)
  if (table) return <DataTable {...table} />
  return <pre>{/\.json$/i.test(path) ? indented(text) : text}</pre>
}

/** A path beside a file, such as `../plots/loss.png` in `reports/`. */
const resolve = (folder: string, name: string) =>
  decodeURIComponent(new URL(name, `http://run/${folder}`).pathname.slice(1))

function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text // it says that it is JSON, but is not
  }
}
