import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { Command } from 'cmdk'
import { useState } from 'react'
import { api } from '../api.ts'
import { middle } from './format.ts'
import { quoted } from './grammar.ts'
import { RUN, tagOf } from './parts.tsx'
import { chooseTheme, useTheme } from './theme.ts'

/** Finds experiments, models and prompts by name, and runs by name or id, from anywhere. */
export default function Palette({ close }: { close: () => void }) {
  const [text, setText] = useState('')
  const navigate = useNavigate()
  const other = useTheme() === 'dark' ? 'light' : 'dark'
  const experiments = useQuery({
    queryKey: ['palette', 'experiments', text],
    queryFn: () =>
      api.experiments.search({ maxResults: 8, ...(text && { filter: `name ILIKE ${quoted(`%${text}%`)}` }) }),
    placeholderData: keepPreviousData,
  })
  const found = experiments.data?.experiments ?? []
  const ids = found.map(({ experimentId }) => experimentId)
  const runs = useQuery({
    queryKey: ['palette', 'runs', text],
    enabled: text.length > 1,
    queryFn: async () => {
      const all = await api.experiments.search({ maxResults: 1000 })
      const experimentIds = all.experiments.map(({ experimentId }) => experimentId)
      const filter = `run_name ILIKE ${quoted(`%${text}%`)} OR run_id = ${quoted(text)}`
      return api.runs.search({ experimentIds, filter, maxResults: 8, only: {} })
    },
    placeholderData: keepPreviousData,
  })
  const named = useQuery({
    queryKey: ['palette', 'models', text],
    queryFn: () => {
      const either = "(tags.`mlflow.prompt.is_prompt` = 'true' OR tags.`mlflow.prompt.is_prompt` != 'true')"
      return api.registeredModels.search({ maxResults: 8, filter: `name ILIKE ${quoted(`%${text}%`)} AND ${either}` })
    },
    placeholderData: keepPreviousData,
  })
  const go = (to: () => Promise<void> | void) => () => {
    close()
    void to()
  }

  return (
    <Command.Dialog
      open
      onOpenChange={close}
      shouldFilter={false}
      label="Find"
      overlayClassName="overlay"
      contentClassName="dialog"
    >
      <Command.Input
        autoFocus
        value={text}
        onValueChange={setText}
        placeholder="Find an experiment, a run, a model or a prompt…"
      />
      <Command.List>
        <Command.Empty className="body muted">Nothing is called so.</Command.Empty>
        {ids.length > 0 && (
          <Command.Group heading="Experiments">
            {found.map(({ experimentId, name }) => (
              <Command.Item
                key={experimentId}
                value={`experiment ${experimentId}`}
                onSelect={go(() => navigate({ to: '/experiments/$experimentId', params: { experimentId } }))}
              >
                {middle(name, 70)}
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {(named.data?.registeredModels.length ?? 0) > 0 && (
          <Command.Group heading="Models and prompts">
            {named.data!.registeredModels.map(({ name, tags }) => {
              const isPrompt = tagOf(tags, 'mlflow.prompt.is_prompt') === 'true'
              return (
                <Command.Item
                  key={name}
                  value={`model ${name}`}
                  onSelect={go(() => navigate({ to: isPrompt ? '/prompts/$name' : '/models/$name', params: { name } }))}
                >
                  <span className="clip">{middle(name, 60)}</span>
                  {isPrompt && <span className="muted">prompt</span>}
                </Command.Item>
              )
            })}
          </Command.Group>
        )}
        {text.length > 1 && (runs.data?.runs.length ?? 0) > 0 && (
          <Command.Group heading="Runs">
            {runs.data!.runs.map(({ info: { runId, runName, experimentId } }) => (
              <Command.Item
                key={runId}
                value={`run ${runId}`}
                onSelect={go(() => navigate({ to: RUN, params: { experimentId, runId, _splat: '' } }))}
              >
                <span className="clip">{middle(runName ?? runId, 50)}</span>
                <span className="muted mono">{runId.slice(0, 8)}</span>
              </Command.Item>
            ))}
          </Command.Group>
        )}
        {'switch the theme to light or dark'.includes(text.toLowerCase()) && (
          <Command.Group heading="Commands">
            <Command.Item value="theme" onSelect={go(() => chooseTheme(other))}>
              Switch to the {other} theme
            </Command.Item>
          </Command.Group>
        )}
      </Command.List>
    </Command.Dialog>
  )
}
