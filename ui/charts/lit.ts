import { useSyncExternalStore } from 'react'

/** The run that the pointer is on, in a table or in a chart: both light it. */
let lit: string | undefined
const listeners = new Set<() => void>()

export function light(runId: string | undefined): void {
  if (runId === lit) return
  lit = runId
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useLit = (): string | undefined => useSyncExternalStore(subscribe, () => lit)

export const onLit = (listener: (runId: string | undefined) => void) => subscribe(() => listener(lit))
