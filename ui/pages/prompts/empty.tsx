import { baseUrl } from '../../api.ts'
import { Snippets } from '../../parts/snippets.tsx'

const TEXTS = {
  Python: `import mlflow

mlflow.set_tracking_uri(${JSON.stringify(baseUrl)})
mlflow.genai.register_prompt(
    name="summarise",
    template="Summarise in {{ language }}: {{ text }}",
    commit_message="first",
)`,
  curl: `api=${baseUrl}/api/2.0/mlflow
is_prompt='{"key": "mlflow.prompt.is_prompt", "value": "true"}'
curl -s $api/registered-models/create --json "{\\"name\\": \\"summarise\\", \\"tags\\": [$is_prompt]}"
curl -s $api/model-versions/create --json "{\\"name\\": \\"summarise\\", \\"source\\": \\"dummy-source\\", \\"tags\\": [$is_prompt,
  {\\"key\\": \\"mlflow.prompt.text\\", \\"value\\": \\"Summarise in {{ language }}: {{ text }}\\"}]}"`,
}

/** How to register the first prompt, with this server's address filled in. */
export default function EmptyPrompts() {
  return (
    <main className="scroll">
      <div className="page empty">
        <h2>No prompts yet</h2>
        <p className="muted">
          A prompt is a template with variables, kept in versions that never change. Aliases say which is meant for
          what. Write the first with New prompt, or register it like this.
        </p>
        <Snippets texts={TEXTS} />
      </div>
    </main>
  )
}
