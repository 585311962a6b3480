import type { KeyValue } from '../../../src/wire/experiments.ts'
import type { ModelVersion } from '../../../src/wire/model-versions.ts'
import { tagOf } from '../../parts/parts.tsx'

export const IS_PROMPT: KeyValue = { key: 'mlflow.prompt.is_prompt', value: 'true' }
export const TEXT = 'mlflow.prompt.text'
export const TYPE = '_mlflow_prompt_type'

export interface Message {
  readonly role: string
  readonly content: string
}

/** What a version of a prompt holds. */
export interface Template {
  readonly text: string
  /** Of a chat; absent for a text. */
  readonly messages?: readonly Message[]
  readonly responseFormat: string | undefined
  readonly modelConfig: string | undefined
  /** Of the runs that used it. */
  readonly runIds: readonly string[]
}

export function readTemplate({ tags }: ModelVersion): Template {
  const text = tagOf(tags, TEXT) ?? ''
  const messages = tagOf(tags, TYPE) === 'chat' ? messagesIn(text) : undefined
  return {
    text,
    ...(messages && { messages }),
    responseFormat: tagOf(tags, '_mlflow_prompt_response_format'),
    modelConfig: tagOf(tags, '_mlflow_prompt_model_config'),
    runIds: tagOf(tags, 'mlflow.prompt.associatedRunIds')?.split(',').filter(Boolean) ?? [],
  }
}

/** Nothing when it is no chat after all, for clients may write anything. */
function messagesIn(text: string): Message[] | undefined {
  try {
    const said: unknown = JSON.parse(text)
    if (!Array.isArray(said)) return undefined
    return said.map((each: { role?: unknown; content?: unknown } | null) => ({
      role: String(each?.role ?? ''),
      content: typeof each?.content === 'string' ? each.content : JSON.stringify(each?.content, undefined, 2),
    }))
  } catch {
    return undefined
  }
}

/** A template as lines that can be compared. */
export const linesOf = ({ text, messages }: Template): string[] =>
  messages ? messages.flatMap(({ role, content }) => [`${role}:`, ...content.split('\n'), '']) : text.split('\n')

const VARIABLE = /(\{\{\s*[a-zA-Z_]\w*(?:\.[a-zA-Z_]\w*)*\s*\}\})/

/** A text in pieces: every second one is a variable, such as `{{ name }}`. */
export const toPieces = (text: string): string[] => text.split(VARIABLE)

/** The names of the variables of a template, each once. */
export const variablesOf = ({ text }: Template): string[] => [
  ...new Set(
    toPieces(text)
      .filter((_, i) => i % 2 === 1)
      .map((piece) => piece.slice(2, -2).trim()),
  ),
]

/** JSON with its parts on lines of their own. */
export function indented(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2)
  } catch {
    return json
  }
}
