import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { ChevronDown, ChevronRight, File, Folder } from 'lucide-react'
import { useState } from 'react'
import type { FileInfo } from '../../../src/wire/artifacts.ts'
import { bytes } from '../format.ts'
import type { Place } from './place.ts'
import { Preview } from './preview.tsx'

interface Props {
  readonly place: Place
  /** The file that is open; empty for none. */
  readonly path: string
  readonly onOpen: (path: string) => void
}

/** What a run or a model left behind: a tree, and the file that is chosen in it. */
export default function Files({ place, path, onOpen }: Props) {
  return (
    <main className="files">
      <nav aria-label="Artifacts">
        <Listing place={place} folder="" depth={0} chosen={path} onOpen={onOpen} />
      </nav>
      {path ? (
        <Preview key={path} place={place} path={path} />
      ) : (
        <p className="preview muted">
          Choose a file to see it. They are kept at <span className="mono">{place.uri}</span>.
        </p>
      )}
    </main>
  )
}

/** The list of a folder: of the key of what has it, so that a change of that asks for it again. */
export const useListing = (place: Place, folder: string) =>
  useQuery({
    queryKey: [...place.key, 'artifacts', folder],
    queryFn: ({ signal }) => place.list(folder, signal),
    placeholderData: keepPreviousData,
  })

interface ListingProps {
  readonly place: Place
  readonly folder: string
  readonly depth: number
  readonly chosen: string
  readonly onOpen: (path: string) => void
}

function Listing({ place, folder, depth, chosen, onOpen }: ListingProps) {
  const query = useListing(place, folder)
  if (query.isError) return <p role="alert">{query.error.message}</p>
  const files = query.data?.files
  if (files?.length === 0) return <p className="muted empty">{depth === 0 ? 'None were logged.' : 'Empty.'}</p>
  return files?.map((file) =>
    file.isDir ? (
      <FolderEntry key={file.path} file={file} place={place} depth={depth} chosen={chosen} onOpen={onOpen} />
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
