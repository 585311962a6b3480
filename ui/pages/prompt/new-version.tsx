import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Sheet } from '../../parts/sheet.tsx'
import { indented, IS_PROMPT, TEXT, TYPE } from './read.ts'

interface Props {
  /** Of the prompt; asked for when it is a new one. */
  readonly name?: string
  /** What the new version begins with. */
  readonly text?: string
  readonly isChat?: boolean
  readonly close: () => void
}

/** Writes a new version of a prompt, or a new prompt with its first. */
export function NewVersionSheet({ name: given, text: from = '', isChat: wasChat = false, close }: Props) {
  const [name, setName] = useState(given ?? '')
  const [isChat, setChat] = useState(wasChat)
  const [text, setText] = useState(wasChat ? indented(from) : from)
  const [message, setMessage] = useState('')
  const client = useQueryClient()
  const navigate = useNavigate()
  const create = useMutation({
    mutationFn: async () => {
      if (isChat) checkChat(text)
      if (given === undefined) await api.registeredModels.create({ name, tags: [IS_PROMPT] })
      const type = { key: TYPE, value: isChat ? 'chat' : 'text' }
      const tags = [IS_PROMPT, type, { key: TEXT, value: isChat ? JSON.stringify(JSON.parse(text)) : text }]
      return await api.modelVersions.create({ name, source: 'dummy-source', description: message, tags })
    },
    onSuccess: async ({ modelVersion: { version } }) => {
      close()
      await client.invalidateQueries({ queryKey: ['model', name] })
      await client.invalidateQueries({ queryKey: ['prompts'] })
      await navigate({ to: '/prompts/$name', params: { name }, search: { version } })
    },
  })
  return (
    <Sheet
      title={given === undefined ? 'New prompt' : 'New version'}
      does="Create"
      isReady={name.trim() !== '' && text !== ''}
      isPending={create.isPending}
      error={create.error}
      submit={() => create.mutate()}
      close={close}
    >
      {given === undefined && (
        <label>
          Name
          <input type="text" value={name} onChange={(event) => setName(event.target.value)} />
        </label>
      )}
      <label>
        Template, with variables such as {'{{ name }}'}
        <textarea
          rows={10}
          className="mono"
          placeholder={isChat ? '[{ "role": "user", "content": "{{ question }}" }]' : 'Translate to {{ language }}.'}
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
      </label>
      <label className="check">
        <input type="checkbox" checked={isChat} onChange={(event) => setChat(event.target.checked)} />
        It is a chat: a JSON list of messages with role and content
      </label>
      <label>
        What changed
        <input type="text" value={message} onChange={(event) => setMessage(event.target.value)} />
      </label>
    </Sheet>
  )
}

function checkChat(text: string): void {
  const said: unknown = JSON.parse(text)
  const isChat = Array.isArray(said) && said.every((each) => each && typeof each === 'object' && 'role' in each)
  if (!isChat) throw new Error('A chat is a JSON list of messages, each with a role and a content.')
}
