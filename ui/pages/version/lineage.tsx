import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Box, Boxes, Database, FlaskConical, FolderGit2, GitCommitHorizontal } from 'lucide-react'
import { useMemo } from 'react'
import type { LineageNode } from '../../../src/wire/lineage.ts'
import { api } from '../../api.ts'
import { middle } from '../../parts/format.ts'
import { Loaded, RUN } from '../../parts/parts.tsx'
import { BOX, type Drawing, type Edge, layOut } from './layers.ts'

const ICONS = {
  model_version: Boxes,
  logged_model: Box,
  run: FlaskConical,
  dataset: Database,
  commit: GitCommitHorizontal,
  project: FolderGit2,
} as const
const KINDS = {
  model_version: 'Version',
  logged_model: 'Logged model',
  run: 'Run',
  dataset: 'Dataset',
  commit: 'Commit',
  project: 'Project',
} as const

interface Props {
  readonly name: string
  readonly version: number
}

/** What a version was made from, and what was made from it, from left to right. */
export default function Lineage({ name, version }: Props) {
  const query = useQuery({
    queryKey: ['model', name, 'lineage', version],
    queryFn: ({ signal }) => api.lineage.get({ name, version }, { signal }),
  })
  return (
    <Loaded query={query}>
      {({ nodes, edges }) => <Graph nodes={nodes} edges={edges} here={`model_version:${name}/${version}`} />}
    </Loaded>
  )
}

interface GraphProps {
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly Edge[]
  /** The node that is looked at. */
  readonly here: string
}

function Graph({ nodes, edges, here }: GraphProps) {
  const drawing = useMemo(() => layOut(nodes, edges), [nodes, edges])
  const names = new Map(nodes.map(({ id, name }) => [id, name]))
  const origins = Map.groupBy(edges, ({ to }) => to)
  return (
    <div className="lineage" tabIndex={0} role="group" aria-label="Lineage">
      <div style={{ width: drawing.width, height: drawing.height }}>
        <svg width={drawing.width} height={drawing.height} aria-hidden>
          {edges.map(({ from, to }) => (
            <path
              key={`${from} ${to}`}
              className={from === here || to === here ? 'near' : undefined}
              d={curve(drawing, from, to)}
            />
          ))}
        </svg>
        <ol>
          {nodes.map((node) => {
            const { x, y } = drawing.places.get(node.id)!
            const from = origins.get(node.id)?.map((edge) => names.get(edge.from)) ?? []
            return (
              <li
                key={node.id}
                className={node.id === here ? 'here' : undefined}
                style={{ left: x, top: y, width: BOX.width, height: BOX.height }}
              >
                <Node node={node} />
                {from.length > 0 && <span className="unseen">made from {from.join(', ')}</span>}
              </li>
            )
          })}
        </ol>
      </div>
    </div>
  )
}

function curve({ places }: Drawing, from: string, to: string): string {
  const start = places.get(from)!
  const end = places.get(to)!
  const [x1, y1, x2, y2] = [start.x + BOX.width, start.y + BOX.height / 2, end.x, end.y + BOX.height / 2]
  const bend = Math.max(24, (x2 - x1) / 2)
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`
}

function Node({ node }: { node: LineageNode }) {
  const { kind, name, detail } = node
  const Icon = ICONS[kind]
  const shown = (
    <>
      <Icon size={15} aria-hidden />
      <span className="clip">
        <span className="clip name">{middle(name, 28)}</span>
        <span className="clip muted">
          {KINDS[kind]}
          {detail && detail !== 'None' && ` · ${middle(detail.toLowerCase(), 22)}`}
        </span>
      </span>
    </>
  )
  return (
    <NodeLink node={node} title={`${KINDS[kind]} ${name}${detail ? `, ${detail}` : ''}`}>
      {shown}
    </NodeLink>
  )
}

function NodeLink({ node, title, children }: { node: LineageNode; title: string; children: React.ReactNode }) {
  const { kind, id, experimentId = '' } = node
  const of = id.slice(id.indexOf(':') + 1)
  if (kind === 'run')
    return (
      <Link to={RUN} params={{ experimentId, runId: of, _splat: '' }} title={title}>
        {children}
      </Link>
    )
  if (kind === 'logged_model')
    return (
      <Link
        to="/experiments/$experimentId/models/$modelId/$"
        params={{ experimentId, modelId: of, _splat: '' }}
        title={title}
      >
        {children}
      </Link>
    )
  if (kind === 'model_version') {
    const at = of.lastIndexOf('/')
    const params = { name: of.slice(0, at), version: of.slice(at + 1) }
    return (
      <Link to="/models/$name/versions/$version" params={params} search={{ show: 'lineage' }} title={title}>
        {children}
      </Link>
    )
  }
  return <span title={title}>{children}</span>
}
