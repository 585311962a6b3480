import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { quoted } from '../../parts/grammar.ts'
import { Sheet } from '../../parts/sheet.tsx'
import { refreshModel } from './use-model.ts'

/** Something that one wants to be so. */
export type Move =
  | { readonly kind: 'stage'; readonly version: number; readonly to: string }
  | { readonly kind: 'alias'; readonly version: number; readonly alias: string; readonly from: number | undefined }

interface Props<M extends Move = Move> {
  readonly name: string
  readonly move: M
  readonly close: () => void
}

/** Moves a stage or an alias to a version, with the reason. */
export const MoveSheet = ({ name, move, close }: Props) =>
  move.kind === 'stage' ? (
    <StageSheet name={name} move={move} close={close} />
  ) : (
    <AliasSheet name={name} move={move} close={close} />
  )

function StageSheet({ name, move: { version, to }, close }: Props<Move & { kind: 'stage' }>) {
  const [comment, setComment] = useState('')
  const [archives, setArchives] = useState(true)
  const client = useQueryClient()
  const others = useOthers(name, version, to)
  const change = useMutation({
    mutationFn: async (asks: boolean) => {
      const wish = { name, version, stage: to, ...(comment && { comment }) }
      if (asks) await api.transitionRequests.create(wish)
      else await api.modelVersions.transitionStage({ ...wish, archiveExistingVersions: archives && others.length > 0 })
      await refreshModel(client, name)
    },
    onSuccess: close,
  })
  return (
    <Sheet
      title={`Move version ${version} to ${to}`}
      does="Move"
      isPending={change.isPending}
      error={change.error}
      submit={() => change.mutate(false)}
      close={close}
      others={
        <button type="button" disabled={change.isPending} onClick={() => change.mutate(true)}>
          Ask for it
        </button>
      }
    >
      <Archives others={others} value={archives} onChange={setArchives} />
      <Comment value={comment} onChange={setComment} />
      <p className="muted">Who asks for it leaves it to somebody else to approve.</p>
    </Sheet>
  )
}

/** The other versions that are in a stage of which there should be one. */
export function useOthers(name: string, version: number, stage: string): number[] {
  const isShared = stage !== 'Staging' && stage !== 'Production'
  const query = useQuery({
    queryKey: ['model', name, 'in', stage],
    enabled: !isShared,
    queryFn: ({ signal }) =>
      api.modelVersions.search(
        { filter: `name = ${quoted(name)} AND current_stage = '${stage}'`, maxResults: 100 },
        { signal },
      ),
  })
  return query.data?.modelVersions.map((each) => each.version).filter((each) => each !== version) ?? []
}

function AliasSheet({ name, move: { version, alias, from }, close }: Props<Move & { kind: 'alias' }>) {
  const [comment, setComment] = useState('')
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: async () => {
      await api.registeredModels.setAlias({ name, alias, version, ...(comment && { comment }) })
      await refreshModel(client, name)
    },
    onSuccess: close,
  })
  return (
    <Sheet
      title={`${from === undefined ? 'Point' : 'Move'} @${alias} to version ${version}`}
      does={from === undefined ? 'Point it there' : 'Move'}
      isPending={change.isPending}
      error={change.error}
      submit={() => change.mutate()}
      close={close}
    >
      {from !== undefined && <p className="muted">It points at version {from} now.</p>}
      <Comment value={comment} onChange={setComment} />
    </Sheet>
  )
}

interface ArchivesProps {
  /** The versions that are in the stage. */
  readonly others: readonly number[]
  readonly value: boolean
  readonly onChange: (value: boolean) => void
}

export function Archives({ others, value, onChange }: ArchivesProps) {
  if (others.length === 0) return null
  return (
    <label className="check">
      <input type="checkbox" checked={value} onChange={(event) => onChange(event.target.checked)} />
      Archive {others.length === 1 ? 'version' : 'versions'} {others.join(', ')}, which{' '}
      {others.length === 1 ? 'is' : 'are'} there now
    </label>
  )
}

export const Comment = ({ value, onChange }: { value: string; onChange: (text: string) => void }) => (
  <label>
    Comment, for the history
    <textarea rows={3} value={value} onChange={(event) => onChange(event.target.value)} />
  </label>
)
