import { baseUrl } from '../../api.ts'
import { Snippets } from '../../parts/snippets.tsx'

const SNIPPETS: Record<string, (url: string, experiment: string) => string> = {
  Python: (url, experiment) => `import mlflow

mlflow.set_tracking_uri(${JSON.stringify(url)})
mlflow.set_experiment(${JSON.stringify(experiment)})

with mlflow.start_run():
    mlflow.log_param("learning_rate", 0.01)
    for step in range(100):
        mlflow.log_metric("loss", 1 / (step + 1), step=step)`,

  TypeScript: (url, experiment) => `import * as millrace from 'millrace'

millrace.setTrackingUri(${JSON.stringify(url)})
await millrace.setExperiment(${JSON.stringify(experiment)})

await millrace.startRun(async (run) => {
  run.logParam('learning_rate', 0.01)
  for (let step = 0; step < 100; step++) run.logMetric('loss', 1 / (step + 1), { step })
})`,

  curl: (url, experiment) => `api=${url}/api/2.0/mlflow
id=$(curl -s "$api/experiments/get-by-name?experiment_name=${encodeURIComponent(experiment)}" | grep -o '"experiment_id":"[^"]*' | cut -d'"' -f4)
run=$(curl -s $api/runs/create --json "{\\"experiment_id\\": \\"$id\\"}" | grep -o '"run_id":"[^"]*' | cut -d'"' -f4)
curl -s $api/runs/log-metric --json "{\\"run_id\\": \\"$run\\", \\"key\\": \\"loss\\", \\"value\\": 0.5, \\"timestamp\\": $(date +%s000)}"`,
}

/** How to log the first run, with this server's address filled in. */
export function EmptyExperiment({ name }: { name: string }) {
  const texts = Object.entries(SNIPPETS).map(([language, snippet]) => [language, snippet(baseUrl, name)] as const)
  return (
    <main className="scroll">
      <div className="page empty">
        <h2>No runs yet</h2>
        <p className="muted">Log the first one like this. It appears here the moment it starts.</p>
        <Snippets texts={Object.fromEntries(texts)} />
      </div>
    </main>
  )
}
