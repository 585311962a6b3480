import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { Webhook } from '../../../src/wire/webhooks.ts'
import { api } from '../../api.ts'
import { Sheet } from '../../parts/sheet.tsx'
import { EVENTS, nameOf } from './events.ts'

interface Props {
  /** The one that is changed; a new one is made without it. */
  readonly webhook?: Webhook
  readonly close: () => void
}

/** Makes or changes a webhook. */
export function WebhookSheet({ webhook, close }: Props) {
  const [name, setName] = useState(webhook?.name ?? '')
  const [url, setUrl] = useState(webhook?.url ?? '')
  const [description, setDescription] = useState(webhook?.description ?? '')
  const [secret, setSecret] = useState<string>()
  const [chosen, setChosen] = useState(() => new Set(webhook?.events.map(nameOf) ?? []))
  const client = useQueryClient()
  const navigate = useNavigate()
  const save = useMutation({
    mutationFn: async () => {
      const events = EVENTS.map(([, event]) => event).filter((event) => chosen.has(nameOf(event)))
      const wanted = {
        name: name.trim(),
        url: url.trim(),
        description,
        events,
        ...(secret !== undefined && { secret }),
      }
      return webhook
        ? await api.webhooks.update({ webhookId: webhook.webhookId, ...wanted })
        : await api.webhooks.create(wanted)
    },
    onSuccess: async ({ webhook: { webhookId } }) => {
      close()
      await client.invalidateQueries({ queryKey: ['webhooks'] })
      if (!webhook) await navigate({ to: '/settings/webhooks/$webhookId', params: { webhookId } })
    },
  })
  const toggle = (event: string, isOn: boolean) => {
    const next = new Set(chosen)
    if (isOn) next.add(event)
    else next.delete(event)
    setChosen(next)
  }
  return (
    <Sheet
      title={webhook ? `Change ${webhook.name}` : 'New webhook'}
      does={webhook ? 'Save' : 'Create'}
      isReady={name.trim() !== '' && url.trim() !== '' && chosen.size > 0}
      isPending={save.isPending}
      error={save.error}
      submit={() => save.mutate()}
      close={close}
    >
      <label>
        Name
        <input type="text" value={name} onChange={(event) => setName(event.target.value)} />
      </label>
      <label>
        Address
        <input
          type="text"
          inputMode="url"
          placeholder="https://ci.example/hooks/mlflow"
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
      </label>
      <label>
        Secret, which signs what is sent
        <input
          type="password"
          autoComplete="off"
          placeholder={webhook ? 'as it is' : 'none'}
          value={secret ?? ''}
          onChange={(event) => setSecret(event.target.value)}
        />
      </label>
      <label>
        Description
        <input type="text" value={description} onChange={(event) => setDescription(event.target.value)} />
      </label>
      <fieldset>
        <legend>It is told when</legend>
        {EVENTS.map(([words, event]) => (
          <label key={nameOf(event)} className="check" title={nameOf(event)}>
            <input
              type="checkbox"
              checked={chosen.has(nameOf(event))}
              onChange={({ target }) => toggle(nameOf(event), target.checked)}
            />
            {words}
          </label>
        ))}
      </fieldset>
    </Sheet>
  )
}
