import type { Run } from '../../../src/wire/runs.ts'
import { runColor } from '../../charts/colors.ts'
import { light } from '../../charts/lit.ts'
import { cellNumber, middle } from '../../parts/format.ts'
import { RunLink, Status, Took } from '../../parts/parts.tsx'
import { lessIsBetter } from '../experiment/columns.ts'

interface Line {
  readonly name: string
  /** One for each run; nothing where a run has none. */
  readonly values: readonly (string | number | undefined)[]
}

const differs = ({ values }: Line) => new Set(values.map(String)).size > 1

/** What runs were given and what they reported, as rows over one column for each; what is the same everywhere is folded. */
export function Differences({ runs }: { runs: readonly Run[] }) {
  const params = toLines(runs, ({ data }) => data.params)
  const metrics = toLines(runs, ({ data }) => data.metrics)
  const tags = toLines(runs, ({ data }) => data.tags.filter(({ key }) => !key.startsWith('mlflow.')))
  const same = [...params, ...metrics, ...tags].filter((line) => !differs(line))
  return (
    <div className="differences">
      <table>
        <thead>
          <tr>
            <td />
            {runs.map(({ info }) => (
              <th
                key={info.runId}
                scope="col"
                onPointerEnter={() => light(info.runId)}
                onPointerLeave={() => light(undefined)}
              >
                <span className="swatch" style={{ background: runColor(info.runId) }} />{' '}
                <RunLink info={info} most={28} />
              </th>
            ))}
          </tr>
          <tr>
            <th scope="row">Status</th>
            {runs.map(({ info }) => (
              <td key={info.runId}>
                <Status status={info.status} />
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
        </thead>
        <Group title="Params that differ" lines={params.filter(differs)} />
        <Group title="Metrics that differ" lines={metrics.filter(differs)} />
        <Group title="Tags that differ" lines={tags.filter(differs)} />
      </table>
      {same.length > 0 && (
        <details>
          <summary>
            {same.length} {same.length === 1 ? 'is' : 'are'} the same in all runs
          </summary>
          <table className="plain pairs">
            <tbody>
              {same.map(({ name, values: [value] }) => (
                <tr key={name}>
                  <th scope="row">{middle(name, 60)}</th>
                  <td className="mono">{typeof value === 'number' ? cellNumber(value) : middle(String(value), 200)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </details>
      )}
    </div>
  )
}

function Group({ title, lines }: { title: string; lines: readonly Line[] }) {
  if (lines.length === 0) return null
  return (
    <tbody>
      <tr className="group">
        <th scope="rowgroup" colSpan={lines[0]!.values.length + 1}>
          {title} <span className="muted">{lines.length}</span>
        </th>
      </tr>
      {lines.map((line) => (
        <tr key={line.name}>
          <th scope="row" title={line.name}>
            {middle(line.name, 40)}
          </th>
          {cellsOf(line)}
        </tr>
      ))}
    </tbody>
  )
}

function cellsOf({ name, values }: Line) {
  const numbers = values.filter((value) => typeof value === 'number' && Number.isFinite(value)) as number[]
  const best = lessIsBetter(name) ? Math.min(...numbers) : Math.max(...numbers)
  return values.map((value, i) => (
    <td
      key={i}
      className={typeof value === 'number' ? (value === best ? 'number best' : 'number') : 'mono'}
      title={String(value ?? '')}
    >
      {typeof value === 'number' ? cellNumber(value) : middle(value ?? '', 60)}
    </td>
  ))
}

/** The values of every key that a run has, in the order of the keys. */
function toLines(
  runs: readonly Run[],
  pairs: (run: Run) => readonly { key: string; value: string | number }[],
): Line[] {
  const maps = runs.map((run) => new Map(pairs(run).map(({ key, value }) => [key, value])))
  const names = [...new Set(maps.flatMap((map) => [...map.keys()]))].sort()
  return names.map((name) => ({ name, values: maps.map((map) => map.get(name)) }))
}
