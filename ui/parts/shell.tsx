import { Link, Outlet, useMatches } from '@tanstack/react-router'
import { Boxes, FlaskConical, Keyboard, MessageSquareText, Moon, PanelLeft, Search, Settings, Sun } from 'lucide-react'
import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react'
import { chooseTheme, useTheme } from './theme.ts'

const Palette = lazy(() => import('./palette.tsx'))
const KeyHelp = lazy(() => import('./key-help.tsx'))

type Floating = 'palette' | 'keys' | undefined

/** The frame of every page: the rail, what floats, and the page itself. */
export function Shell() {
  const [narrow, setNarrow] = useState(() => localStorage.getItem('millrace.rail') === 'narrow')
  const other = useTheme() === 'dark' ? 'light' : 'dark'
  const [floating, setFloating] = useState<Floating>()
  useKeys(setFloating)

  const fold = () => {
    localStorage.setItem('millrace.rail', narrow ? 'wide' : 'narrow')
    setNarrow(!narrow)
  }

  return (
    <div className="shell">
      <nav className={narrow ? 'rail narrow' : 'rail'} aria-label="Sections">
        <Link to="/experiments" className="brand" aria-current={undefined} activeProps={{ 'aria-current': undefined }}>
          <img src="./millrace.svg" width="18" height="18" alt="" />
          <span className="label">Millrace</span>
        </Link>
        <RailLink to="/experiments" also="/compare-runs" icon={<FlaskConical size={16} />} label="Experiments" />
        <RailLink to="/models" icon={<Boxes size={16} />} label="Models" />
        <RailLink to="/prompts" icon={<MessageSquareText size={16} />} label="Prompts" />
        <RailLink to="/settings/webhooks" icon={<Settings size={16} />} label="Settings" />
        <span className="grow" />
        <button type="button" onClick={() => setFloating('palette')} title="Find anything (Ctrl-K)">
          <Search size={16} />
          <span className="label">Find</span>
        </button>
        <button type="button" onClick={() => setFloating('keys')} title="Keys (?)">
          <Keyboard size={16} />
          <span className="label">Keys</span>
        </button>
        <button type="button" onClick={() => chooseTheme(other)} title={`Switch to the ${other} theme`}>
          {other === 'light' ? <Sun size={16} /> : <Moon size={16} />}
          <span className="label">{other === 'light' ? 'Light' : 'Dark'}</span>
        </button>
        <button type="button" onClick={fold} title="Fold the rail">
          <PanelLeft size={16} />
          <span className="label">Fold</span>
        </button>
      </nav>
      <div className="content">
        <Outlet />
      </div>
      <Suspense>
        {floating === 'palette' && <Palette close={() => setFloating(undefined)} />}
        {floating === 'keys' && <KeyHelp close={() => setFloating(undefined)} />}
      </Suspense>
    </div>
  )
}

/** The line above a page: where one is, and what can be done here. */
export function Bar({ crumbs, children }: { crumbs: ReactNode[]; children?: ReactNode }) {
  return (
    <header className="bar">
      <div className="crumbs">
        {crumbs.map((crumb, i) => (
          <Crumb key={i} first={i === 0}>
            {crumb}
          </Crumb>
        ))}
      </div>
      {children}
    </header>
  )
}

export function NotHere() {
  return (
    <>
      <Bar crumbs={[<h1 key="title">Not here</h1>]} />
      <p className="page">
        There is no page at this address. <Link to="/experiments">See all experiments.</Link>
      </p>
    </>
  )
}

function Crumb({ first, children }: { first: boolean; children: ReactNode }) {
  return (
    <>
      {!first && (
        <span className="sep" aria-hidden>
          /
        </span>
      )}
      {children}
    </>
  )
}

interface RailLinkProps {
  readonly to: '/experiments' | '/models' | '/prompts' | '/settings/webhooks'
  /** Where else one is then. */
  readonly also?: string
  readonly icon: ReactNode
  readonly label: string
}

function RailLink({ to, also = to, icon, label }: RailLinkProps) {
  const here = useMatches().some(({ pathname }) => pathname.startsWith(to) || pathname.startsWith(also))
  return (
    <Link to={to} aria-current={here ? 'page' : undefined} title={label}>
      {icon}
      <span className="label">{label}</span>
    </Link>
  )
}

function useKeys(setFloating: (what: Floating) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches('input, textarea, select')
      if (event.key === 'k' && (event.ctrlKey || event.metaKey)) setFloating('palette')
      else if (typing) return
      else if (event.key === '?') setFloating('keys')
      else if (event.key === '/') document.querySelector<HTMLInputElement>('[data-filter]')?.focus()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [setFloating])
}
