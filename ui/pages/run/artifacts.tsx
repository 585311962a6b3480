import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ChevronDown, ChevronRight, File, Folder } from 'lucide-react'
import { useState } from 'react'
import type { FileInfo } from '../../../src/wire/artifacts.ts'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { bytes } from '../../parts/format.ts'
import { RUN } from '../../parts/parts.tsx'
import { Preview } from './preview.tsx'

interface Props {
  readonly run: Run
  /** The artifact that is open; empty for none. */
  readonly path: string
}

/** What a run left behind: a tree, and the file that is chosen in it. */
export default function Artifacts({ run: { info }, path }: Props) {
  const { experimentId, runId } = info
  const navigate = useNavigate()
  const open = (chosen: string) =>
    navigate({
      to: RUN,
      params: { experimentId, runId, _splat: `artifacts/${chosen}` },
      replace: true,
    })
  return (
    <main className="files">
      <nav aria-label="Artifacts">
        <Listing runId={runId} folder="" depth={0} chosen={path} onOpen={(file) => void open(file)} />
      </nav>
      {path ? (
        <Preview key={path} runId={runId} path={path} />
      ) : (
        <p className="preview muted">
          Choose a file to see it. They are kept at <span className="mono">{info.artifactUri}</span>.
        </p>
      )}
    </main>
  )
}

/** The list of a folder: of its own key, so that a change of the run asks for it again. */
export const useListing = (runId: string, folder: string) =>
  useQuery({
    queryKey: ['run', runId, 'artifacts', folder],
    queryFn: ({ signal }) => api.artifacts.list({ runId, ...(folder && { path: folder }) }, { signal }),
    placeholderData: keepPreviousData,
  })

interface ListingProps {
  readonly runId: string
  readonly folder: string
  readonly depth: number
  readonly chosen: string
  readonly onOpen: (path: string) => void
}

function Listing({ runId, folder, depth, chosen, onOpen }: ListingProps) {
  const query = useListing(runId, folder)
  if (query.isError) return <p role="alert">{query.error.message}</p>
  const files = query.data?.files
  if (files?.length === 0) return <p className="muted empty">{depth === 0 ? 'None were logged.' : 'Empty.'}</p>
  return files?.map((file) =>
    file.isDir ? (
      <FolderEntry key={file.path} file={file} runId={runId} depth={depth} chosen={chosen} onOpen={onOpen} />
    ) : (
      <button
        key={file.path}
        type="button"
        aria-current={file.path === chosen}
        style={{ paddingLeft: 28 + depth * 14 }}
        onClick={() => onOpen(file.path)}
      >
        <File size={14} aria-hidden />
        <span className="clip" title={file.path}>
          {nameOf(file)}
        </span>
        {file.fileSize !== undefined && <span className="muted size">{bytes(file.fileSize)}</span>}
      </button>
    ),
  )
}

function FolderEntry({ file, depth, chosen, ...rest }: Omit<ListingProps, 'folder'> & { file: FileInfo }) {
  const holdsChosen = chosen.startsWith(`${file.path}/`)
  const [unfolded, setUnfolded] = useState<boolean>()
  const isOpen = unfolded ?? holdsChosen
  return (
    <>
      <button
        type="button"
        aria-expanded={isOpen}
        style={{ paddingLeft: 10 + depth * 14 }}
        onClick={() => setUnfolded(!isOpen)}
      >
        {isOpen ? <ChevronDown size={14} aria-hidden /> : <ChevronRight size={14} aria-hidden />}
        <Folder size={14} aria-hidden />
        <span className="clip" title={file.path}>
          {nameOf(file)}
        </span>
      </button>
      {isOpen && <Listing {...rest} folder={file.path} depth={depth + 1} chosen={chosen} />}
    </>
  )
}

const nameOf = ({ path }: FileInfo) => path.split('/').at(-1)!
