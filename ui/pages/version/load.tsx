import { useState } from 'react'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import { baseUrl } from '../../api.ts'
import { middle } from '../../parts/format.ts'
import { Snippets } from '../../parts/snippets.tsx'
import { versionFile } from './files.ts'

interface Props {
  readonly version: ModelVersion
  readonly aliases: readonly string[]
  /** A file of it, to show how files are had. */
  readonly file: string
}

/** How a program has this version, named by its number or by what it is meant for. */
export function Load({ version: of, aliases, file }: Props) {
  const { name, version, currentStage: stage } = of
  const ways = [
    { uri: `models:/${name}/${version}`, ask: undefined },
    ...aliases.map((alias) => ({
      uri: `models:/${name}@${alias}`,
      ask: `registered-models/alias?${new URLSearchParams({ name, alias })}`,
    })),
    ...(stage === 'Production' || stage === 'Staging'
      ? [
          {
            uri: `models:/${name}/${stage}`,
            ask: `registered-models/get-latest-versions?${new URLSearchParams({ name, stages: stage })}`,
          },
        ]
      : []),
  ]
  const [chosen, setChosen] = useState(0)
  const { uri, ask } = ways[chosen] ?? ways[0]!
  const said = JSON.stringify(uri)
  const texts = {
    Python: `import mlflow

mlflow.set_tracking_uri(${JSON.stringify(baseUrl)})
model = mlflow.pyfunc.load_model(${said})
model.predict(data)`,
    TypeScript: `import * as millrace from 'millrace'

millrace.setTrackingUri(${JSON.stringify(baseUrl)})
const { name, version } = await millrace.getModelVersion(${said})

const query = new URLSearchParams({ name, version: String(version), path: ${JSON.stringify(file)} })
const file = await fetch(\`${baseUrl}/model-versions/get-artifact?\${query}\`)`,
    curl: ask
      ? `version=$(curl -s ${shell(`${baseUrl}/api/2.0/mlflow/${ask}`)} | grep -o '"version":"[^"]*' | cut -d'"' -f4 | head -1)
curl -s -o ${shell(file)} ${shell(versionFile({ name, version: 0 }, file)).replace('version=0', `version='$version'`)}`
      : `curl -s -o ${shell(file)} ${shell(versionFile(of, file))}`,
  }
  return (
    <section className="load" aria-label="How to load it">
      <div className="heading">
        <h2>Load it</h2>
        {ways.length > 1 && (
          <select aria-label="Named by" value={chosen} onChange={(event) => setChosen(Number(event.target.value))}>
            {ways.map((way, i) => (
              <option key={way.uri} value={i}>
                {middle(way.uri, 50)}
              </option>
            ))}
          </select>
        )}
      </div>
      <Snippets texts={texts} />
    </section>
  )
}

const shell = (text: string) => (/^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)
