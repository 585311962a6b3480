import { Link } from '@tanstack/react-router'
import type { KeyValue } from '../../../src/wire/experiments.ts'
import { middle } from '../../parts/format.ts'
import { tagOf } from '../../parts/parts.tsx'

/** The versions that were made of a logged model. */
export function Registrations({ tags }: { tags: readonly KeyValue[] }) {
  return (
    <span className="chips">
      {registrationsOf(tags).map(({ name, version }) => (
        <Link
          key={`${name}/${version}`}
          to="/models/$name/versions/$version"
          params={{ name, version: String(version) }}
          title={`${name} ${version}`}
        >
          {middle(name, 24)} {version}
        </Link>
      ))}
    </span>
  )
}

/** What the server keeps in a tag, which clients may overwrite with anything. */
export function registrationsOf(tags: readonly KeyValue[]): { name: string; version: number }[] {
  try {
    const said: unknown = JSON.parse(tagOf(tags, 'mlflow.modelVersions') ?? '[]')
    if (!Array.isArray(said)) return []
    return said.flatMap((each: { name?: unknown; version?: unknown } | null) =>
      typeof each?.name === 'string' && Number.isInteger(Number(each.version))
        ? [{ name: each.name, version: Number(each.version) }]
        : [],
    )
  } catch {
    return []
  }
}
