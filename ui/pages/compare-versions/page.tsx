import { Link, useParams, useSearch } from '@tanstack/react-router'
import { X } from 'lucide-react'
import { useMemo } from 'react'
import { middle } from '../../parts/format.ts'
import { Name, RunLink, When } from '../../parts/parts.tsx'
import { Bar } from '../../parts/shell.tsx'
import { Group, Same } from '../compare/differences.tsx'
import { differs, toLines } from '../compare/lines.ts'
import { Stage } from '../model/stage.tsx'
import { useModel } from '../model/use-model.ts'
import { type Compared, GROUPS, useCompared } from './compared.ts'
import '../registry.css'

/** Some versions of a model beside each other: what differs first. */
export function CompareVersionsPage() {
  const { name } = useParams({ from: '/models/$name/compare' })
  const { versions } = useSearch({ from: '/models/$name/compare' })
  const { compared, errors, isPending } = useCompared(name, versions)
  return (
    <>
      <Bar
        crumbs={[
          <Link key="all" to="/models">
            Models
          </Link>,
          <Link key="model" className="clip" to="/models/$name" params={{ name }}>
            <Name text={name} most={40} />
          </Link>,
          <h1 key="title" className="clip">
            {versions.length} versions compared
          </h1>,
        ]}
      />
      {errors.map((message) => (
        <p key={message} role="alert" className="page">
          {message}
        </p>
      ))}
      {versions.length === 0 && (
        <p className="page muted">Select versions in the table of a model to compare them here.</p>
      )}
      {isPending ? (
        <p className="page muted">Loading…</p>
      ) : (
        compared.length > 0 && (
          <main className="scroll compare">
            <Table name={name} compared={compared} />
          </main>
        )
      )}
    </>
  )
}

function Table({ name, compared }: { name: string; compared: readonly Compared[] }) {
  const aliases = useModel(name).data?.registeredModel.aliases ?? []
  const groups = useMemo(() => GROUPS.map(([title, pairs]) => ({ title, lines: toLines(compared, pairs) })), [compared])
  return (
    <div className="differences">
      <table>
        <thead>
          <tr>
            <td />
            {compared.map(({ version: { version } }) => (
              <Head key={version} name={name} version={version} all={compared} />
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">Stage</th>
            {compared.map(({ version: { version, currentStage } }) => (
              <td key={version}>
                <Stage stage={currentStage} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Aliases</th>
            {compared.map(({ version: { version } }) => (
              <td key={version}>
                <span className="chips">
                  {aliases
                    .filter((each) => each.version === version)
                    .map(({ alias }) => (
                      <span key={alias} className="chip alias" title={alias}>
                        @{middle(alias, 24)}
                      </span>
                    ))}
                </span>
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Registered</th>
            {compared.map(({ version: { version, creationTimestamp } }) => (
              <td key={version}>
                <When time={creationTimestamp} />
              </td>
            ))}
          </tr>
          <tr>
            <th scope="row">Run</th>
            {compared.map(({ version: { version }, run }) => (
              <td key={version}>{run && <RunLink info={run.info} most={28} />}</td>
            ))}
          </tr>
        </tbody>
        {groups.map(({ title, lines }) => (
          <Group key={title} title={title} lines={lines.filter(differs)} />
        ))}
      </table>
      <Same all="all versions" lines={groups.flatMap(({ lines }) => lines).filter((line) => !differs(line))} />
    </div>
  )
}

function Head({ name, version, all }: { name: string; version: number; all: readonly Compared[] }) {
  const others = all.map((each) => each.version.version).filter((each) => each !== version)
  return (
    <th scope="col">
      <span className="run-head">
        <Link to="/models/$name/versions/$version" params={{ name, version: String(version) }}>
          Version {version}
        </Link>
        {others.length > 1 && (
          <Link
            className="drop"
            to="/models/$name/compare"
            params={{ name }}
            search={{ versions: others }}
            aria-label={`Leave version ${version} out`}
            title="Leave it out"
          >
            <X size={12} />
          </Link>
        )}
      </span>
    </th>
  )
}
