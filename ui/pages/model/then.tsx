import { Link } from '@tanstack/react-router'
import { middle } from '../../parts/format.ts'
import { Loaded } from '../../parts/parts.tsx'
import { Stage } from './stage.tsx'
import { useAsOf } from './use-model.ts'

interface Props {
  readonly name: string
  readonly time: number
  /** Whether a version is known to be deleted by now. */
  readonly isGone: (version: number) => boolean
}

/** The versions as they were at a time; nothing can be changed there. */
export function Then({ name, time, isGone }: Props) {
  const query = useAsOf(name, time)
  return (
    <Loaded query={query}>
      {({ versions: then }) =>
        then.length === 0 ? (
          <p className="page muted">It had no versions on {new Date(time).toLocaleString()}.</p>
        ) : (
          <table className="list">
            <caption>As it was on {new Date(time).toLocaleString()}</caption>
            <thead>
              <tr>
                <th scope="col">Version</th>
                <th scope="col">Stage</th>
                <th scope="col">Aliases</th>
                <th scope="col">
                  <span className="unseen">Since then</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {then.map(({ version, stage, aliases }) => (
                <tr key={version}>
                  <th scope="row">
                    <Link to="/models/$name/versions/$version" params={{ name, version: String(version) }}>
                      Version {version}
                    </Link>
                  </th>
                  <td>
                    <Stage stage={stage} />
                  </td>
                  <td>
                    <span className="chips">
                      {aliases.map((alias) => (
                        <span key={alias} className="chip alias" title={alias}>
                          @{middle(alias, 30)}
                        </span>
                      ))}
                    </span>
                  </td>
                  <td className="muted wide">{isGone(version) && 'deleted since'}</td>
                </tr>
              ))}
            </tbody>
          </table>
        )
      }
    </Loaded>
  )
}
