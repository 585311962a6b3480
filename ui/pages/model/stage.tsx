export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const

/** The stage of a version; nothing where it has none. */
export function Stage({ stage }: { stage: string }) {
  if (stage === 'None') return <span className="muted">–</span>
  return <span className={`chip stage ${stage.toLowerCase()}`}>{stage}</span>
}
