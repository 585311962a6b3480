import { Link } from '@tanstack/react-router'

const TABS = [
  { part: 'runs', label: 'Runs', to: '/experiments/$experimentId' },
  { part: 'models', label: 'Models', to: '/experiments/$experimentId/models' },
] as const

/** The parts of an experiment. */
export function ExperimentTabs({ experimentId, here }: { experimentId: string; here: 'runs' | 'models' }) {
  return (
    <nav className="parts" aria-label="Parts of the experiment">
      {TABS.map(({ part, label, to }) => (
        <Link
          key={part}
          to={to}
          params={{ experimentId }}
          activeOptions={{ exact: true }}
          aria-current={part === here ? 'page' : undefined}
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}
