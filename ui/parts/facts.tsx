import type { ReactNode } from 'react'
import { middle } from './format.ts'

/** Some facts under a title. */
export const Facts = ({ title, children }: { title: string; children: ReactNode }) => (
  <section aria-label={title}>
    <h2>{title}</h2>
    <dl className="facts">{children}</dl>
  </section>
)

/** A fact; nothing where it is not known. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (!children) return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export const Cut = ({ text }: { text: string }) => <span title={text}>{middle(text, 70)}</span>
