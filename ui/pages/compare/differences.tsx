import { Link } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { Run } from '../../../src/wire/runs.ts'
import { runColor } from '../../charts/colors.ts'
import { light } from '../../charts/lit.ts'
import { cellNumber, middle } from '../../parts/format.ts'
import { RunLink, Status, Took, When } from '../../parts/parts.tsx'
import { lessIsBetter } from '../experiment/columns.ts'
import { differs, GROUPS, type Line, toLines } from './lines.ts'

/** So many cells of a group are shown until all are asked for. */
const MOST_CELLS = 2000
/** Fewer lines are read without a search. */
const GLANCE = 12

/** What runs were given and what they reported, as lines over one column for each; what is the same everywhere is folded. */
export function Differences({ runs }: { runs: readonly Run[] }) {
  const [find, setFind] = useState('')
  const groups = useMemo(() => GROUPS.map(([title, pairs]) => ({ title, lines: toLines(runs, pairs) })), [runs])
  const lines = groups.flatMap((group) => group.lines)
  const wanted = ({ name }: Line) => name.toLowerCase().includes(find.toLowerCase())
  return (
    <div className="differences">
      <table>
        <thead>
          <tr>
            <td>
              {lines.length > GLANCE && (
                <input
                  type="search"
                  data-filter
                  placeholder="Find by name"
                  aria-label="Find params, metrics and tags by name"
                  value={find}
                  onChange={(event) => setFind(event.target.value)}
                />
              )}
            </td>
            {runs.map((run) => (
              <RunHead key={run.info.runId} run={run} runs={runs} />
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Status</th>
            {runs.map(({ info }) => (
              <td key={info.runId}>
                <Status status={info.status} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Started</th>
            {runs.map(({ info }) => (
              <td key={info.runId}>
                <When time={info.startTime} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Duration</th>
            {runs.map(({ info }) => (
              <td key={info.runId}>
                <Took info={info} />
              </td>
            ))}
          </tr>
        </tbody>
        {groups.map(({ title, lines }) => (
          <Group key={title} title={title} lines={lines.filter(differs).filter(wanted)} />
        ))}
      </table>
      {runs.length > 1 && <Same all="all runs" lines={lines.filter((line) => !differs(line)).filter(wanted)} />}
    </div>
  )
}

function RunHead({ run: { info }, runs }: { run: Run; runs: readonly Run[] }) {
  const others = runs.map((run) => run.info).filter(({ runId }) => runId !== info.runId)
  return (
    <th scope="col" onPointerEnter={() => light(info.runId)} onPointerLeave={() => light(undefined)}>
      <span className="run-head">
        <span className="swatch" style={{ background: runColor(info.runId) }} />
        <RunLink info={info} most={44} />
        {others.length > 0 && (
          <Link
            className="drop"
            to="/compare-runs"
            search={{
              runs: others.map(({ runId }) => runId),
              experiments: [...new Set(others.map(({ experimentId }) => experimentId))],
            }}
            aria-label={`Leave ${middle(info.runName ?? info.runId, 40)} out`}
            title="Leave it out"
          >
            <X size={12} />
          </Link>
        )}
      </span>
    </th>
  )
}

export function Group({ title, lines }: { title: string; lines: readonly Line[] }) {
  const [all, setAll] = useState(false)
  if (lines.length === 0) return null
  const across = lines[0]!.values.length
  const shown = all ? lines : lines.slice(0, Math.max(GLANCE, Math.floor(MOST_CELLS / across / 10)))
  return (
    <tbody>
      <tr className="group">
        <th scope="rowgroup" colSpan={across + 1}>
          <span>
            {title} that differ <span className="muted">{lines.length}</span>
          </span>
        </th>
      </tr>
      {shown.map((line) => (
        <tr key={line.name}>
          <th scope="row" title={line.name}>
            {middle(line.name, 40)}
          </th>
          <Cells {...line} />
        </tr>
      ))}
      {shown.length < lines.length && (
        <tr>
          <th scope="row" colSpan={across + 1}>
            <button type="button" className="link" onClick={() => setAll(true)}>
              Show all {lines.length}
            </button>
          </th>
        </tr>
      )}
    </tbody>
  )
}

function Cells({ name, values }: Line) {
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[]
  const best = lessIsBetter(name) ? Math.min(...numbers) : Math.max(...numbers)
  return values.map((value, i) => {
    if (value === undefined)
      return (
        <td key={i} className="muted" title="not logged">
          –
        </td>
      )
    const isBest = value === best && numbers.length > 1
    return (
      <td key={i} className={isBest ? 'mono best' : 'mono'} title={`${value}${isBest ? ', the best' : ''}`}>
        {typeof value === 'number' ? cellNumber(value) : middle(value, 80)}
      </td>
    )
  })
}

/** Lines that are not worth a look, folded. @param all - Such as `all runs`. */
export function Same({ lines, all }: { lines: readonly Line[]; all: string }) {
  if (lines.length === 0) return null
  return (
    <details>
      <summary>
        {lines.length} {lines.length === 1 ? 'is' : 'are'} the same in {all}
      </summary>
      <table className="plain pairs">
        <tbody>
          {lines.map(({ name, values: [value] }, i) => (
            <tr key={i}>
              <th scope="row" title={name}>
                {middle(name)}
              </th>
              <td className="mono">{typeof value === 'number' ? cellNumber(value) : middle(String(value), 200)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  )
}
