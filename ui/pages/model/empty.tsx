import { baseUrl } from '../../api.ts'
import { Snippets } from '../../parts/snippets.tsx'

/** How to make the first version of a model. */
export function EmptyModel({ name }: { name: string }) {
  const said = JSON.stringify(name)
  const texts = {
    Python: `import mlflow

mlflow.set_tracking_uri(${JSON.stringify(baseUrl)})
mlflow.register_model("runs:/<run id>/model", ${said})`,
    TypeScript: `import * as millrace from 'millrace'

millrace.setTrackingUri(${JSON.stringify(baseUrl)})
await millrace.registerModel('runs:/<run id>/model', ${said})`,
    Shell: `export MLFLOW_TRACKING_URI=${baseUrl}
millrace registry register 'runs:/<run id>/model' ${shellQuoted(name)}`,
  }
  return (
    <div className="page empty">
      <h2>No versions yet</h2>
      <p className="muted">Register what a run made as the first, here or on the page of the run.</p>
      <Snippets texts={texts} />
    </div>
  )
}

export const shellQuoted = (text: string) => (/^[\w.-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
