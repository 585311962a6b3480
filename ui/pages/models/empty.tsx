import { baseUrl } from '../../api.ts'
import { Snippets } from '../../parts/snippets.tsx'

const TEXTS = {
  Python: `import mlflow
from sklearn.linear_model import LogisticRegression

mlflow.set_tracking_uri(${JSON.stringify(baseUrl)})

with mlflow.start_run():
    model = LogisticRegression().fit([[0], [1]], [0, 1])
    mlflow.sklearn.log_model(model, name="model", registered_model_name="first")`,

  TypeScript: `import * as millrace from 'millrace'

millrace.setTrackingUri(${JSON.stringify(baseUrl)})

const runId = await millrace.startRun({}, async (run) => {
  await run.logDict({ weights: [1, 2] }, 'model/weights.json')
  return run.runId
})
await millrace.registerModel(\`runs:/\${runId}/model\`, 'first')`,

  curl: `api=${baseUrl}/api/2.0/mlflow
curl -s $api/registered-models/create --json '{"name": "first"}'
curl -s $api/model-versions/create --json '{"name": "first", "source": "s3://models/first/1"}'`,
}

/** How to register the first model, with this server's address filled in. */
export default function EmptyModels() {
  return (
    <main className="scroll">
      <div className="page empty">
        <h2>No models yet</h2>
        <p className="muted">
          A model is a name for versions of what runs made. Stages and aliases say which version is meant for what.
          Register the first like this, or from the page of a run; it appears here by itself.
        </p>
        <Snippets texts={TEXTS} />
      </div>
    </main>
  )
}
