import { ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Move } from './move.tsx'
import { Stage, STAGES } from './stage.tsx'

interface Props {
  readonly version: number
  readonly stage: string
  readonly onMove: (move: Move) => void
}

/** The stage of a version, and the others that it can be moved to. */
export function StageMenu({ version, stage, onMove }: Props) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <button type="button" className="plain tight chooses" aria-label={`Stage of version ${version}: ${stage}`}>
          <Stage stage={stage} />
          <ChevronDown size={12} aria-hidden />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="start" collisionPadding={8}>
          {STAGES.filter((each) => each !== stage).map((each) => (
            <DropdownMenu.Item key={each} onSelect={() => onMove({ kind: 'stage', version, to: each })}>
              {each === 'None' ? 'Take out of its stage' : `Move to ${each}`}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
