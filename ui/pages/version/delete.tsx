import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Confirm } from '../../parts/sheet.tsx'
import { refreshModel } from '../model/use-model.ts'

interface Props {
  readonly name: string
  readonly version: number
  /** Leaves the page of what is gone. */
  readonly leave: () => Promise<void>
}

export function DeleteVersion({ name, version, leave }: Props) {
  const [asks, setAsks] = useState(false)
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.modelVersions.delete({ name, version }),
    onSuccess: async () => {
      setAsks(false)
      await leave()
      await refreshModel(client, name)
    },
  })
  return (
    <>
      <button type="button" onClick={() => setAsks(true)}>
        Delete
      </button>
      {asks && (
        <Confirm
          title={`Delete version ${version} of ${name}`}
          does="Delete the version"
          change={remove}
          close={() => setAsks(false)}
        >
          Its aliases and tags go with it, its number is not used again, and it cannot be had back. Its files, if it has
          any, stay where they are.
        </Confirm>
      )}
    </>
  )
}
