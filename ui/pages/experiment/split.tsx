import { type KeyboardEvent, type PointerEvent, type ReactNode, useRef, useState } from 'react'
import { Columns2, LayoutGrid, Table2 } from 'lucide-react'

interface Props {
  /** Of the width, for what is left, in percent. */
  readonly share: number
  readonly onChange: (share: number) => void
  readonly left: ReactNode
  readonly right: ReactNode
}

const [LEAST, MOST, STEP] = [20, 85, 5]

/** Two things side by side with a divider that can be dragged. */
export function Split({ share, onChange, left, right }: Props) {
  const element = useRef<HTMLDivElement>(null)
  const [dragged, setDragged] = useState<number>()
  const shown = dragged ?? share

  const toShare = ({ clientX }: PointerEvent) => {
    const { left: from, width } = element.current!.getBoundingClientRect()
    return Math.round(within(((clientX - from) / width) * 100))
  }
  const onKey = ({ key }: KeyboardEvent) => {
    if (key === 'ArrowLeft') onChange(within(share - STEP))
    if (key === 'ArrowRight') onChange(within(share + STEP))
  }

  if (share >= 100) return <div className="split single">{left}</div>
  if (share <= 0) return <div className="split single chart-side">{right}</div>
  return (
    <div
      className="split"
      ref={element}
      style={{ gridTemplateColumns: `minmax(0, ${shown}fr) auto minmax(0, ${100 - shown}fr)` }}
    >
      {left}
      <div
        className="divider"
        role="separator"
        aria-label="Width of the table"
        aria-orientation="vertical"
        aria-valuenow={shown}
        tabIndex={0}
        onKeyDown={onKey}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId)
          setDragged(share)
        }}
        onPointerMove={(event) => dragged !== undefined && setDragged(toShare(event))}
        onPointerUp={(event) => {
          setDragged(undefined)
          onChange(toShare(event))
        }}
      />
      <div className="chart-side">{right}</div>
    </div>
  )
}

const CHOICES = [
  { share: 100, label: 'Table', Icon: Table2 },
  { share: 60, label: 'Table and charts', Icon: Columns2 },
  { share: 0, label: 'Charts', Icon: LayoutGrid },
]

export function Layouts({ split, onChange }: { split: number; onChange: (share: number) => void }) {
  const chosen = split >= 100 ? 100 : split <= 0 ? 0 : 60
  return (
    <div className="segments" role="radiogroup" aria-label="Layout">
      {CHOICES.map(({ share, label, Icon }) => (
        <button
          key={share}
          type="button"
          role="radio"
          aria-checked={chosen === share}
          title={label}
          aria-label={label}
          onClick={() => onChange(share)}
        >
          <Icon size={15} />
        </button>
      ))}
    </div>
  )
}

const within = (share: number) => Math.min(MOST, Math.max(LEAST, share))
