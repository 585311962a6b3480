import { Link } from '@tanstack/react-router'
import { type DragEvent, useState } from 'react'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import type { RegisteredModel } from '../../../src/wire/registered-models.ts'
import type { Run } from '../../../src/wire/runs.ts'
import { cellNumber, middle } from '../../parts/format.ts'
import { RunLink, TagList, When } from '../../parts/parts.tsx'
import { lessIsBetter } from '../experiment/columns.ts'
import { Aliases } from './aliases.tsx'
import { type Measures, useMeasures } from './measures.ts'
import type { Move } from './move.tsx'
import { StageMenu } from './stage-menu.tsx'

interface Props {
  readonly model: RegisteredModel
  readonly versions: readonly ModelVersion[]
  readonly selected: readonly number[]
  readonly onSelect: (versions: readonly number[]) => void
  readonly onMove: (move: Move) => void
}

/** What is dragged from one version to another. */
type Dragged = { readonly alias: string } | { readonly stage: string }

/** The versions of a model. Aliases and stages are moved by dragging them to another row, or by their menus. */
export function VersionsTable({ model, versions, selected, onSelect, onMove }: Props) {
  const [dragged, setDragged] = useState<Dragged & { readonly from: number }>()
  const measures = useMeasures(versions)
  const drop = (version: number) => {
    if (!dragged || dragged.from === version) return
    if ('alias' in dragged) onMove({ kind: 'alias', version, alias: dragged.alias, from: dragged.from })
    else onMove({ kind: 'stage', version, to: dragged.stage })
  }
  return (
    <table className="list versions">
      <thead>
        <tr>
          <th scope="col">
            <span className="unseen">Select</span>
          </th>
          <th scope="col">Version</th>
          <th scope="col">Stage</th>
          <th scope="col">Aliases</th>
          {measures.metrics.map((name) => (
            <th key={name} scope="col" className="right" title={name}>
              {middle(name, 20)}
            </th>
          ))}
          <th scope="col">Registered</th>
          <th scope="col">Run</th>
          <th scope="col">Tags</th>
          <th scope="col">Description</th>
        </tr>
      </thead>
      <tbody>
        {versions.map((each) => {
          const { version } = each
          const isTarget = dragged !== undefined && dragged.from !== version
          return (
            <tr
              key={version}
              className={isTarget ? 'target' : undefined}
              onDragOver={(event) => isTarget && event.preventDefault()}
              onDrop={() => drop(version)}
            >
              <td>
                <input
                  type="checkbox"
                  aria-label={`Select version ${version}`}
                  checked={selected.includes(version)}
                  onChange={({ target }) =>
                    onSelect(target.checked ? [...selected, version] : selected.filter((other) => other !== version))
                  }
                />
              </td>
              <th scope="row">
                <Link to="/models/$name/versions/$version" params={{ name: model.name, version: String(version) }}>
                  Version {version}
                </Link>
              </th>
              <td {...dragOf(each, setDragged)}>
                <StageMenu version={version} stage={each.currentStage} onMove={onMove} />
              </td>
              <td>
                <Aliases
                  name={model.name}
                  version={version}
                  aliases={model.aliases}
                  versions={versions.map((other) => other.version)}
                  onMove={onMove}
                  onDrag={(alias) => setDragged(alias === undefined ? undefined : { alias, from: version })}
                />
              </td>
              <Measured run={measures.runs.get(each.runId ?? '')} measures={measures} />
              <td>
                <When time={each.creationTimestamp} />
              </td>
              <td>
                <Origin version={each} run={measures.runs.get(each.runId ?? '')} />
              </td>
              <td>
                <TagList tags={each.tags} />
              </td>
              <td className="muted clip wide" title={each.description}>
                {middle(each.description ?? '', 100)}
              </td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** A stage of which there should be one can be dragged to the version that is to have it. */
function dragOf({ version, currentStage }: ModelVersion, setDragged: (dragged?: Dragged & { from: number }) => void) {
  if (currentStage !== 'Production' && currentStage !== 'Staging') return {}
  return {
    draggable: true,
    title: 'Drag it to another version',
    onDragStart: (event: DragEvent) => {
      event.dataTransfer.setData('text/plain', currentStage)
      setDragged({ stage: currentStage, from: version })
    },
    onDragEnd: () => setDragged(undefined),
  }
}

function Measured({ run, measures }: { run: Run | undefined; measures: Measures }) {
  return measures.metrics.map((name) => {
    const value = metricOf(run, name)
    if (value === undefined)
      return (
        <td key={name} className="number muted" title="not logged">
          –
        </td>
      )
    const values = [...measures.runs.values()].flatMap((each) => metricOf(each, name) ?? []).filter(Number.isFinite)
    const isBest = values.length > 1 && value === (lessIsBetter(name) ? Math.min(...values) : Math.max(...values))
    return (
      <td key={name} className={isBest ? 'number best' : 'number'} title={`${value}${isBest ? ', the best' : ''}`}>
        {cellNumber(value)}
      </td>
    )
  })
}

const metricOf = (run: Run | undefined, name: string) => run?.data.metrics.find(({ key }) => key === name)?.value

/** What a version was made from. */
function Origin({ version: { source }, run }: { version: ModelVersion; run: Run | undefined }) {
  if (run) return <RunLink info={run.info} most={28} />
  return (
    <span className="mono muted" title={source}>
      {middle(source, 32)}
    </span>
  )
}
