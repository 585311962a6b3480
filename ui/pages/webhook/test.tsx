import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import type { Webhook } from '../../../src/wire/webhooks.ts'
import { api } from '../../api.ts'
import { Sheet } from '../../parts/sheet.tsx'
import { nameOf } from '../webhooks/events.ts'

/** Sends an example of an event, and says what came of it. */
export function Test({ webhook: { webhookId, name, events }, close }: { webhook: Webhook; close: () => void }) {
  const [chosen, setChosen] = useState(0)
  const event = events[chosen]
  const test = useMutation({
    mutationFn: () => api.webhooks.test({ webhookId, ...(event && { event }) }),
  })
  const result = test.data?.result
  return (
    <Sheet
      title={`Test ${name}`}
      does={test.isPending ? 'Sending…' : result ? 'Send again' : 'Send'}
      isPending={test.isPending}
      error={test.error}
      submit={() => test.mutate()}
      close={close}
    >
      <label>
        An example of
        <select value={chosen} onChange={({ target }) => setChosen(Number(target.value))}>
          {events.map((each, i) => (
            <option key={nameOf(each)} value={i}>
              {nameOf(each)}
            </option>
          ))}
        </select>
      </label>
      <p role="status">
        {result && (
          <span className={`status ${result.success ? 'finished' : 'failed'}`}>
            {result.success ? 'It was heard' : 'It was not heard'}
            {result.responseStatus !== undefined && `, with status ${result.responseStatus}`}
            {result.errorMessage && `: ${result.errorMessage}`}
          </span>
        )}
      </p>
    </Sheet>
  )
}
