import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Sheet } from '../../parts/sheet.tsx'

/** Makes a model that has no versions yet. */
export function NewModel() {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        New model
      </button>
      {isOpen && <NewModelSheet close={() => setOpen(false)} />}
    </>
  )
}

function NewModelSheet({ close }: { close: () => void }) {
  const [name, setName] = useState('')
  const [description, setDescription] = useState('')
  const client = useQueryClient()
  const navigate = useNavigate()
  const create = useMutation({
    mutationFn: () => api.registeredModels.create({ name: name.trim(), ...(description && { description }) }),
    onSuccess: async ({ registeredModel }) => {
      await client.invalidateQueries({ queryKey: ['models'] })
      close()
      await navigate({ to: '/models/$name', params: { name: registeredModel.name } })
    },
  })
  return (
    <Sheet
      title="New model"
      does="Create"
      isReady={name.trim() !== ''}
      isPending={create.isPending}
      error={create.error}
      submit={() => create.mutate()}
      close={close}
    >
      <label>
        Name
        <input type="text" value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label>
        Description, in Markdown
        <textarea rows={4} value={description} onChange={(event) => setDescription(event.target.value)} />
      </label>
    </Sheet>
  )
}
