import {
  createHashHistory,
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from '@tanstack/react-router'
import { NotHere, Shell } from './parts/shell.tsx'

/** What the address of an experiment page says. */
export interface ExperimentSearch {
  readonly filter?: string
  /** Such as `metrics.loss ASC`. */
  readonly order?: string
  /** Columns shown, such as `metrics.loss`; chosen for the reader when absent. */
  readonly columns?: string[]
  readonly selected?: string[]
  /** Share of the width that the table takes, in percent: 0 for charts alone, 100 for the table alone. */
  readonly split?: number
  readonly view?: 'ACTIVE_ONLY' | 'DELETED_ONLY'
}

/** What the address of a comparison says, in MLflow's form. */
export interface CompareSearch {
  readonly runs: string[]
  readonly experiments: string[]
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotHere })

const home = createRoute({
  getParentRoute: () => root,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/experiments' })
  },
})

const experiments = createRoute({
  getParentRoute: () => root,
  path: '/experiments',
  component: lazyRouteComponent(() => import('./pages/experiments/page.tsx'), 'ExperimentsPage'),
})

const experiment = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$experimentId',
  validateSearch: (search: Record<string, unknown>): ExperimentSearch => search as ExperimentSearch,
  component: lazyRouteComponent(() => import('./pages/experiment/page.tsx'), 'ExperimentPage'),
})

const experimentRuns = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$experimentId/runs',
  beforeLoad: ({ params }) => {
    throw redirect({ to: '/experiments/$experimentId', params })
  },
})

/** With the tab behind it, and for artifacts their path. */
const run = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$experimentId/runs/$runId/$',
  component: lazyRouteComponent(() => import('./pages/run/page.tsx'), 'RunPage'),
})

const compare = createRoute({
  getParentRoute: () => root,
  path: '/compare-runs',
  validateSearch: (search: Record<string, unknown>): CompareSearch => ({
    runs: toList(search.runs),
    experiments: toList(search.experiments),
  }),
  component: lazyRouteComponent(() => import('./pages/compare/page.tsx'), 'ComparePage'),
})

const toList = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]

export const router = createRouter({
  routeTree: root.addChildren([home, experiments, experiment, experimentRuns, run, compare]),
  history: createHashHistory(),
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
