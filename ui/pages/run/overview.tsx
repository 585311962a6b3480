import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import type { KeyValue } from '../../../src/wire/experiments.ts'
import type { Metric } from '../../../src/wire/metrics.ts'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { runColor } from '../../charts/colors.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { cellName, useSparklines } from '../../charts/use-sparklines.ts'
import { cellNumber, middle } from '../../parts/format.ts'
import { RunLink, Status, TagList, tagOf } from '../../parts/parts.tsx'
import { useChildren } from './family.ts'
import { Note } from './note.tsx'

/** So many rows are read at a glance; more are searched. */
const GLANCE = 15

export function Overview({ run }: { run: Run }) {
  const { data, inputs } = run
  const datasets = inputs?.datasetInputs ?? []
  return (
    <main className="scroll">
      <div className="page overview">
        <Note runId={run.info.runId} text={tagOf(data.tags, 'mlflow.note.content') ?? ''} />
        <div className="columns2">
          <MetricTable runId={run.info.runId} metrics={data.metrics} />
          <ParamTable params={data.params} />
        </div>
        <div className="columns2">
          <section className="panel" aria-label="About">
            <h2>About</h2>
            <Facts run={run} />
          </section>
          {datasets.length > 0 && (
            <section className="panel" aria-label="Datasets">
              <h2>Datasets</h2>
              {datasets.map(({ dataset, tags }) => (
                <dl className="facts dataset" key={`${dataset.name}/${dataset.digest}`}>
                  <dt>Name</dt>
                  <dd>
                    {dataset.name} <span className="muted">{tagOf(tags, 'mlflow.data.context')}</span>
                  </dd>
                  <dt>Digest</dt>
                  <dd className="mono">{dataset.digest}</dd>
                  <dt>Source</dt>
                  <dd className="mono" title={dataset.source}>
                    {middle(dataset.source, 120)}
                  </dd>
                </dl>
              ))}
            </section>
          )}
          <Children run={run} />
        </div>
      </div>
    </main>
  )
}

function MetricTable({ runId, metrics }: { runId: string; metrics: readonly Metric[] }) {
  const [find, setFind] = useState('')
  const keys = useMemo(() => metrics.map(({ key }) => key), [metrics])
  const sparks = useSparklines(
    useMemo(() => [runId], [runId]),
    keys,
  )
  const shown = metrics.filter(({ key }) => key.toLowerCase().includes(find.toLowerCase()))
  return (
    <section className="panel" aria-label="Metrics">
      <Heading title="Metrics" count={metrics.length} find={find} onFind={setFind} />
      {metrics.length === 0 && <p className="muted">None were logged.</p>}
      {metrics.length > 0 && (
        <table className="plain values">
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col" aria-label="Shape" />
              <th scope="col" className="right">
                Last
              </th>
              <th scope="col" className="right">
                Min
              </th>
              <th scope="col" className="right">
                Max
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map(({ key, value }) => {
              const series = sparks.get(cellName(runId, key))
              return (
                <tr key={key}>
                  <th scope="row" title={key}>
                    {middle(key, 60)}
                  </th>
                  <td>
                    <Sparkline series={series} color={runColor(runId)} />
                  </td>
                  <td className="number" title={String(value)}>
                    {cellNumber(value)}
                  </td>
                  <td className="number muted">{series && cellNumber(leastOf(series.mins))}</td>
                  <td className="number muted">{series && cellNumber(mostOf(series.maxs))}</td>
                </tr>
              )
            })}
          </tbody>
        </table>
      )}
    </section>
  )
}

const leastOf = (values: readonly number[]) =>
  values.reduce((least, value) => (value < least ? value : least), values[0] ?? NaN)
const mostOf = (values: readonly number[]) =>
  values.reduce((most, value) => (value > most ? value : most), values[0] ?? NaN)

function ParamTable({ params }: { params: readonly KeyValue[] }) {
  const [find, setFind] = useState('')
  const shown = params.filter(({ key, value }) => `${key}\n${value}`.toLowerCase().includes(find.toLowerCase()))
  return (
    <section className="panel" aria-label="Params">
      <Heading title="Params" count={params.length} find={find} onFind={setFind} />
      {params.length === 0 && <p className="muted">None were logged.</p>}
      <table className="plain values pairs">
        <tbody>
          {shown.map(({ key, value }) => (
            <tr key={key}>
              <th scope="row" title={key}>
                {middle(key, 60)}
              </th>
              <td className="mono" title={value}>
                {middle(value, 400)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}

function Heading({
  title,
  count,
  find,
  onFind,
}: {
  title: string
  count: number
  find: string
  onFind: (text: string) => void
}) {
  return (
    <div className="heading">
      <h2>
        {title} <span className="muted">{count}</span>
      </h2>
      {count > GLANCE && (
        <input
          type="search"
          placeholder="Find"
          aria-label={`Find in ${title.toLowerCase()}`}
          value={find}
          onChange={(event) => onFind(event.target.value)}
        />
      )}
    </div>
  )
}

function Facts({ run: { info, data } }: { run: Run }) {
  const tag = (key: string) => tagOf(data.tags, key)
  const parent = tag('mlflow.parentRunId')
  const facts: [name: string, value: string | undefined][] = [
    ['User', info.userId || tag('mlflow.user')],
    ['Source', tag('mlflow.source.name')],
    ['Git commit', tag('mlflow.source.git.commit')],
    ['Git branch', tag('mlflow.source.git.branch')],
    ['Entry point', tag('mlflow.project.entryPoint')],
    ['Artifacts', info.artifactUri],
  ]
  return (
    <dl className="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="mono">{value}</dd>
            </div>
          ),
      )}
      {parent && (
        <div>
          <dt>Parent</dt>
          <dd>
            <Parent experimentId={info.experimentId} runId={parent} />
          </dd>
        </div>
      )}
      <div>
        <dt>Tags</dt>
        <dd>
          <TagList tags={data.tags} />
        </dd>
      </div>
    </dl>
  )
}

function Parent({ experimentId, runId }: { experimentId: string; runId: string }) {
  const query = useQuery({ queryKey: ['run', runId], queryFn: ({ signal }) => api.runs.get({ runId }, { signal }) })
  return <RunLink info={query.data?.run.info ?? { experimentId, runId }} />
}

function Children({ run: { info } }: { run: Run }) {
  const children = useChildren(info).data?.runs ?? []
  if (children.length === 0) return null
  return (
    <section className="panel" aria-label="Children">
      <h2>
        Children <span className="muted">{children.length}</span>
      </h2>
      <ul className="children">
        {children.map(({ info }) => (
          <li key={info.runId}>
            <span className="swatch" style={{ background: runColor(info.runId) }} />
            <RunLink info={info} />
            <Status status={info.status} />
          </li>
        ))}
      </ul>
    </section>
  )
}
