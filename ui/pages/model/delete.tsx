import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Confirm } from '../../parts/sheet.tsx'

interface Props {
  readonly name: string
  readonly noun: 'model' | 'prompt'
}

/** Deletes a model or a prompt with all its versions. */
export function DeleteModel({ name, noun }: Props) {
  const [asks, setAsks] = useState(false)
  const client = useQueryClient()
  const navigate = useNavigate()
  const remove = useMutation({
    mutationFn: () => api.registeredModels.delete({ name }),
    onSuccess: async () => {
      await navigate({ to: `/${noun}s` })
      client.removeQueries({ queryKey: ['model', name] })
      await client.invalidateQueries({ queryKey: [`${noun}s`] })
    },
  })
  return (
    <>
      <button type="button" onClick={() => setAsks(true)}>
        Delete
      </button>
      {asks && (
        <Confirm title={`Delete ${name}`} does={`Delete the ${noun}`} change={remove} close={() => setAsks(false)}>
          All its versions, aliases and tags go with it, and it cannot be had back.
          {noun === 'model' && ' The files of its versions stay where they are.'} Its history is kept.
        </Confirm>
      )}
    </>
  )
}
