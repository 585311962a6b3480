import { Link } from '@tanstack/react-router'
import type { RegistryEvent } from '../../../src/wire/registry.ts'
import { middle } from '../../parts/format.ts'
import { Loaded, When } from '../../parts/parts.tsx'
import { More } from '../../parts/more.tsx'
import { useHistory } from './use-model.ts'

/** What happened, in words. */
const WORDS: Record<RegistryEvent['action'], string> = {
  'registered_model.created': 'made',
  'registered_model.renamed': 'renamed',
  'registered_model.described': 'described',
  'registered_model.deleted': 'deleted',
  'registered_model_tag.set': 'set a tag',
  'registered_model_tag.deleted': 'removed a tag',
  'model_version.created': 'registered',
  'model_version.described': 'described',
  'model_version.staged': 'moved to a stage',
  'model_version.deleted': 'deleted',
  'model_version_tag.set': 'set a tag',
  'model_version_tag.deleted': 'removed a tag',
  'model_version_alias.created': 'set an alias',
  'model_version_alias.deleted': 'removed an alias',
  'transition_request.created': 'asked for a stage',
  'transition_request.approved': 'approved a stage',
  'transition_request.rejected': 'rejected a stage',
  'transition_request.cancelled': 'took a request back',
}

interface Props {
  readonly name: string
  /** The one whose history it is; of all without it. */
  readonly version?: number
  readonly noun?: 'model' | 'prompt'
}

/** Everything that happened to a model, or to one version of it, newest first. */
export function Events({ name, version, noun = 'model' }: Props) {
  const query = useHistory(name, version)
  return (
    <Loaded query={query}>
      {({ pages }) => (
        <div className="scroll-x">
          <table className="list events">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">Who</th>
                {version === undefined && (
                  <th scope="col" className="right">
                    Version
                  </th>
                )}
                <th scope="col">What</th>
                <th scope="col">Before</th>
                <th scope="col">After</th>
                <th scope="col">Comment</th>
              </tr>
            </thead>
            <tbody>
              {pages
                .flatMap(({ events }) => events)
                .map((event) => (
                  <Event key={event.id} event={event} current={name} noun={noun} isOfAll={version === undefined} />
                ))}
            </tbody>
          </table>
          <More query={query} />
        </div>
      )}
    </Loaded>
  )
}

interface EventProps {
  readonly event: RegistryEvent
  readonly current: string
  readonly noun: 'model' | 'prompt'
  readonly isOfAll: boolean
}

function Event({ event, current, noun, isOfAll }: EventProps) {
  const { timestamp, userId, action, version, key, before, after, comment } = event
  const isAlias = action.startsWith('model_version_alias')
  const said = (value: string | undefined) =>
    value === undefined || value === '' ? (
      <span className="muted">–</span>
    ) : (
      <span title={middle(value, 2000)}>{isAlias ? `version ${value}` : middle(value, 60)}</span>
    )
  return (
    <tr>
      <td>
        <When time={timestamp} />
      </td>
      <td>{middle(userId, 24)}</td>
      {isOfAll && (
        <td className="number">
          {version !== undefined && noun === 'prompt' && (
            <Link to="/prompts/$name" params={{ name: current }} search={{ version }}>
              {version}
            </Link>
          )}
          {version !== undefined && noun === 'model' && (
            <Link to="/models/$name/versions/$version" params={{ name: current, version: String(version) }}>
              {version}
            </Link>
          )}
        </td>
      )}
      <td>
        {WORDS[action]}
        {key !== undefined && (
          <span className="mono" title={middle(key, 250)}>
            {' '}
            {isAlias && '@'}
            {middle(key, 30)}
          </span>
        )}
      </td>
      <td className="mono">{said(before)}</td>
      <td className="mono">{said(after)}</td>
      <td className="says">{comment}</td>
    </tr>
  )
}
