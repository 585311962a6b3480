import type { UseQueryResult } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect, useState } from 'react'
import type { KeyValue } from '../../src/wire/experiments.ts'
import type { RunInfo } from '../../src/wire/runs.ts'
import { ago, duration, middle } from './format.ts'

/** Shows a query: a quiet placeholder, the error in words, or the value. */
export function Loaded<T>({ query, children }: { query: UseQueryResult<T>; children: (value: T) => ReactNode }) {
  if (query.isPending) return <p className="muted page">Loading…</p>
  if (query.isError)
    return (
      <p role="alert" className="page">
        {query.error.message}
      </p>
    )
  return children(query.data)
}

export function Status({ status }: { status: string }) {
  const name = status.toLowerCase()
  return <span className={`status ${name}`}>{name}</span>
}

/** How long ago, with the exact time on hover. */
export function When({ time }: { time: number | undefined }) {
  if (time === undefined) return <span className="muted">never</span>
  return (
    <time dateTime={new Date(time).toISOString()} title={new Date(time).toLocaleString()}>
      {ago(time)}
    </time>
  )
}

/** How long a run took, or takes so far. */
export function Took({ info: { status, startTime, endTime } }: { info: RunInfo }) {
  const isRunning = status === 'RUNNING' && endTime === undefined
  const now = useNow(isRunning)
  const end = isRunning ? now : endTime
  return startTime === undefined || end === undefined ? null : duration(Math.max(0, end - startTime))
}

/** The time, second by second while it matters. */
function useNow(matters: boolean): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (!matters) return undefined
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [matters])
  return now
}

interface RunLinkProps {
  readonly info: Pick<RunInfo, 'runId' | 'runName' | 'experimentId'>
  readonly most?: number
  readonly tabIndex?: number
}

/** The name of a run, which leads to its page. */
export function RunLink({ info: { runId, experimentId, runName = runId }, most, tabIndex }: RunLinkProps) {
  return (
    <Link className="clip" title={runName} tabIndex={tabIndex} to={RUN} params={{ experimentId, runId, _splat: '' }}>
      {middle(runName, most)}
    </Link>
  )
}

/** The page of a run; what follows is its tab. */
export const RUN = '/experiments/$experimentId/runs/$runId/$'

/** A name that may be long: cut in the middle, whole on hover. */
export function Name({ text, most }: { text: string; most?: number }) {
  return (
    <span className="clip" title={text}>
      {middle(text, most)}
    </span>
  )
}

export function TagList({ tags }: { tags: readonly KeyValue[] }) {
  const shown = tags.filter(({ key }) => !isReserved(key))
  if (shown.length === 0) return null
  return (
    <span style={{ display: 'flex', flexWrap: 'wrap', gap: 4 }}>
      {shown.map(({ key, value }) => (
        <span className="chip" key={key} title={`${key}: ${value}`}>
          <span className="muted clip">{middle(key, 30)}</span>
          <span className="clip">{middle(value, 40)}</span>
        </span>
      ))}
    </span>
  )
}

/** Tags that programs keep their own things in. */
export const isReserved = (key: string) => /^_?mlflow[._]/.test(key)

export const tagOf = (tags: readonly KeyValue[], key: string) => tags.find((tag) => tag.key === key)?.value
