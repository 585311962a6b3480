import { useNavigate } from '@tanstack/react-router'
import { type KeyboardEvent, type RefObject, useRef, useState } from 'react'
import { RUN } from '../../parts/parts.tsx'
import type { Row } from './tree.ts'

interface Props {
  readonly rows: readonly Row[]
  readonly selected: readonly string[]
  readonly onSelect: (runIds: string[]) => void
  readonly scroller: RefObject<HTMLElement | null>
  readonly scrollTo: (index: number) => void
  /** Rows that fit in view. */
  readonly page: () => number
}

/** Walking through rows and selecting them, by keys and by clicks. */
export function useRowKeys({ rows, selected, onSelect, scroller, scrollTo, page }: Props) {
  const [active, setActive] = useState(0)
  const anchor = useRef(0)
  const navigate = useNavigate()

  const select = (at: number, { extend }: { extend: boolean }) => {
    const { runId } = rows[at]!.run.info
    if (extend) {
      const [from, to] = [Math.min(anchor.current, at), Math.max(anchor.current, at)]
      const range = rows.slice(from, to + 1).map(({ run }) => run.info.runId)
      onSelect([...new Set([...selected, ...range])])
    } else {
      anchor.current = at
      onSelect(selected.includes(runId) ? selected.filter((id) => id !== runId) : [...selected, runId])
    }
    setActive(at)
  }

  const focus = (at: number): boolean => {
    const row = scroller.current?.querySelector<HTMLElement>(`[data-at="${at}"]`)
    row?.focus({ preventScroll: true })
    return row !== null && row !== undefined
  }

  const move = (to: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, to))
    setActive(next)
    scrollTo(next)
    if (!focus(next)) requestAnimationFrame(() => focus(next)) // rows out of view are drawn when they are scrolled to
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target as Element).matches('[data-at]')) return // a key for what is in a row
    const moves: Record<string, number> = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page(),
      PageUp: active - page(),
      Home: 0,
      End: rows.length - 1,
    }
    const to = moves[event.key]
    const { experimentId, runId } = rows[active]!.run.info
    if (to !== undefined) move(to)
    else if (event.key === ' ') select(active, { extend: event.shiftKey })
    else if (event.key === 'Enter') void navigate({ to: RUN, params: { experimentId, runId, _splat: '' } })
    else if (event.key === 'Escape') onSelect([])
    else return
    event.preventDefault()
  }

  return { active, setActive, select, onKeyDown }
}
