import { useQueryClient } from '@tanstack/react-query'
import type { Run } from '../../../src/wire/runs.ts'
import { api } from '../../api.ts'
import { Note } from '../../parts/note.tsx'
import { tagOf } from '../../parts/parts.tsx'
import { About } from './about.tsx'
import { MetricTable } from './metric-table.tsx'
import { ParamTable } from './param-table.tsx'

/** What a run was given and what it reported, beside where it came from. */
export function Overview({ run }: { run: Run }) {
  const { runId } = run.info
  const client = useQueryClient()
  const metrics = run.data.metrics.filter(({ key }) => !isSystem(key))
  return (
    <main className="scroll">
      <div className="overview">
        <Note
          name="note"
          text={tagOf(run.data.tags, 'mlflow.note.content') ?? ''}
          save={async (value) => {
            await api.runs.setTag({ runId, key: 'mlflow.note.content', value })
            await client.invalidateQueries({ queryKey: ['run', runId] })
          }}
        />
        <div className="columns2">
          <MetricTable runId={runId} metrics={metrics} />
          <ParamTable run={run} />
        </div>
        <About run={run} />
      </div>
    </main>
  )
}

/** Metrics of the machine, which have a tab of their own. */
export const isSystem = (key: string) => key.startsWith('system/')
