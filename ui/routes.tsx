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

/** What the address of a list says. */
export interface ListSearch {
  readonly filter?: string
}

/** What the address of a model says. */
export interface ModelSearch {
  readonly show?: 'history'
  /** The time that is looked at, in milliseconds since 1970. */
  readonly at?: number
}

/** What the address of a version says. */
export interface VersionSearch {
  readonly show?: 'lineage' | 'history'
}

/** What the address of a prompt says. */
export interface PromptSearch {
  readonly version?: number
  /** The version that it is shown against. */
  readonly against?: number
  readonly show?: 'history'
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

const loggedModels = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$experimentId/models',
  validateSearch: (search: Record<string, unknown>): ListSearch => search as ListSearch,
  component: lazyRouteComponent(() => import('./pages/logged-models/page.tsx'), 'LoggedModelsPage'),
})

/** With the tab behind it, and for artifacts their path. */
const loggedModel = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$experimentId/models/$modelId/$',
  component: lazyRouteComponent(() => import('./pages/logged-model/page.tsx'), 'LoggedModelPage'),
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

const models = createRoute({
  getParentRoute: () => root,
  path: '/models',
  validateSearch: (search: Record<string, unknown>): ListSearch => search as ListSearch,
  component: lazyRouteComponent(() => import('./pages/models/page.tsx'), 'ModelsPage'),
})

const model = createRoute({
  getParentRoute: () => root,
  path: '/models/$name',
  validateSearch: (search: Record<string, unknown>): ModelSearch => search as ModelSearch,
  component: lazyRouteComponent(() => import('./pages/model/page.tsx'), 'ModelPage'),
})

const version = createRoute({
  getParentRoute: () => root,
  path: '/models/$name/versions/$version',
  validateSearch: (search: Record<string, unknown>): VersionSearch => search as VersionSearch,
  component: lazyRouteComponent(() => import('./pages/version/page.tsx'), 'VersionPage'),
})

const compareVersions = createRoute({
  getParentRoute: () => root,
  path: '/models/$name/compare',
  validateSearch: (search: Record<string, unknown>): { versions: number[] } => ({
    versions: toList(search.versions).map(Number).filter(Number.isInteger),
  }),
  component: lazyRouteComponent(() => import('./pages/compare-versions/page.tsx'), 'CompareVersionsPage'),
})

const prompts = createRoute({
  getParentRoute: () => root,
  path: '/prompts',
  validateSearch: (search: Record<string, unknown>): ListSearch => search as ListSearch,
  component: lazyRouteComponent(() => import('./pages/prompts/page.tsx'), 'PromptsPage'),
})

const prompt = createRoute({
  getParentRoute: () => root,
  path: '/prompts/$name',
  validateSearch: (search: Record<string, unknown>): PromptSearch => search as PromptSearch,
  component: lazyRouteComponent(() => import('./pages/prompt/page.tsx'), 'PromptPage'),
})

/** Where MLflow shows the prompts of an experiment; here they are in one list. */
const experimentPrompts = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$experimentId/prompts',
  beforeLoad: () => {
    throw redirect({ to: '/prompts' })
  },
})

const experimentPrompt = createRoute({
  getParentRoute: () => root,
  path: '/experiments/$experimentId/prompts/$name',
  beforeLoad: ({ params: { name } }) => {
    throw redirect({ to: '/prompts/$name', params: { name } })
  },
})

const settings = createRoute({
  getParentRoute: () => root,
  path: '/settings',
  beforeLoad: () => {
    throw redirect({ to: '/settings/webhooks' })
  },
})

const webhooks = createRoute({
  getParentRoute: () => root,
  path: '/settings/webhooks',
  component: lazyRouteComponent(() => import('./pages/webhooks/page.tsx'), 'WebhooksPage'),
})

const webhook = createRoute({
  getParentRoute: () => root,
  path: '/settings/webhooks/$webhookId',
  component: lazyRouteComponent(() => import('./pages/webhook/page.tsx'), 'WebhookPage'),
})

const toList = (value: unknown): string[] =>
  Array.isArray(value) ? value.map(String) : value === undefined ? [] : [String(value)]

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    experiments,
    experiment,
    experimentRuns,
    run,
    loggedModels,
    loggedModel,
    compare,
    models,
    model,
    version,
    compareVersions,
    prompts,
    prompt,
    experimentPrompts,
    experimentPrompt,
    settings,
    webhooks,
    webhook,
  ]),
  history: createHashHistory(),
  defaultPreload: 'intent',
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
