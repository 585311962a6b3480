import { useMemo, useState } from 'react'
import type { KeyValue } from '../../../src/wire/experiments.ts'
import type { Run } from '../../../src/wire/runs.ts'
import { middle } from '../../parts/format.ts'
import { FoundPanel } from '../../parts/found-panel.tsx'
import { RunLink } from '../../parts/parts.tsx'
import { useBefore } from './family.ts'

/** Longer values are cut until they are asked for. */
const LONG = 120

/** What a run was given, and what it was instead in the run before. */
export function ParamTable({ run }: { run: Run }) {
  const before = useBefore(run).data
  const given = useMemo(() => new Map(before?.data.params.map(({ key, value }) => [key, value])), [before])
  return (
    <FoundPanel title="Params" rows={run.data.params} textOf={({ key, value }) => `${key}\n${value}`}>
      {(shown) => (
        <table className="plain values params">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Value</th>
              {before !== null && (
                <th scope="col" className="before">
                  {before && (
                    <>
                      In <RunLink info={before.info} most={24} />
                    </>
                  )}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {shown.map((param) => (
              <Param key={param.key} param={param} before={before && { value: given.get(param.key) }} />
            ))}
          </tbody>
        </table>
      )}
    </FoundPanel>
  )
}

interface ParamProps {
  readonly param: KeyValue
  /** What the run before was given; null when there is none, nothing while that is not known. */
  readonly before: { readonly value: string | undefined } | null | undefined
}

function Param({ param: { key, value }, before }: ParamProps) {
  const differs = before && before.value !== value
  return (
    <tr className={differs ? 'differs' : undefined}>
      <th scope="row" title={key}>
        {middle(key)}
      </th>
      <td className="mono">
        <LongText text={value} />
      </td>
      {before !== null && (
        <td className="mono muted">
          {differs && (before.value === undefined ? 'not set' : <LongText text={before.value} />)}
        </td>
      )}
    </tr>
  )
}

function LongText({ text }: { text: string }) {
  const [whole, setWhole] = useState(false)
  if (text.length <= LONG) return text
  return (
    <>
      {whole ? text : middle(text, LONG)}{' '}
      <button type="button" className="link" aria-expanded={whole} onClick={() => setWhole(!whole)}>
        {whole ? 'less' : `all ${text.length.toLocaleString('en')} characters`}
      </button>
    </>
  )
}
