import { useNavigate } from '@tanstack/react-router'
import { ChevronDown } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Run, RunInfo } from '../../../src/wire/runs.ts'
import { middle } from '../../parts/format.ts'
import { parentOf, useBefore, useChildren } from './family.ts'

/** The runs that one is worth comparing with; they are looked for when it opens. */
export function CompareMenu({ run }: { run: Run }) {
  const { info } = run
  const parent = parentOf(run)
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <button type="button">
          Compare <ChevronDown size={13} aria-hidden />
        </button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" collisionPadding={8}>
          <Before run={run} />
          {parent && <Choice info={info} others={[parent]} says="With its parent" />}
          {parent && <Children info={info} of={parent} name="siblings" />}
          <Children info={info} of={info.runId} name="children" />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}

function Before({ run }: { run: Run }) {
  const before = useBefore(run).data
  if (!before) return <Choice info={run.info} others={[]} says="With the run before" />
  const { runId, runName = runId } = before.info
  return <Choice info={run.info} others={[runId]} says={`With ${middle(runName, 32)}, the run before`} />
}

function Children({ info, of, name }: { info: RunInfo; of: string; name: string }) {
  const { runs } = useChildren(info.experimentId, of)
  const others = runs.map((child) => child.info.runId).filter((id) => id !== info.runId)
  return <Choice info={info} others={others} says={`With its ${others.length} ${name}`} />
}

interface Props {
  readonly info: RunInfo
  readonly others: readonly string[]
  readonly says: string
}

function Choice({ info: { runId, experimentId }, others, says }: Props) {
  const navigate = useNavigate()
  return (
    <DropdownMenu.Item
      disabled={others.length === 0}
      onSelect={() =>
        void navigate({ to: '/compare-runs', search: { runs: [runId, ...others], experiments: [experimentId] } })
      }
    >
      {says}
    </DropdownMenu.Item>
  )
}
