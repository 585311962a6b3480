import { lexer, type MarkedToken, type Tokens } from 'marked'
import { type CSSProperties, Fragment, type ReactNode, useMemo } from 'react'

/** Where a file that is named by a relative path is to be had; nowhere without it. */
type Locate = ((path: string) => string) | undefined

interface Props {
  readonly text: string
  readonly locate?: Locate
}

/** Somebody's Markdown as elements of ours: HTML in it is shown as the text it is, and pictures from elsewhere are not. */
export default function Markdown({ text, locate }: Props) {
  const tokens = useMemo(() => lexer(text, { gfm: true }) as MarkedToken[], [text])
  return <div className="markdown">{toNodes(tokens, locate)}</div>
}

const toNodes = (tokens: readonly unknown[] | undefined, locate: Locate): ReactNode =>
  tokens?.map((token, i) => <Fragment key={i}>{toNode(token as MarkedToken, locate)}</Fragment>)

function toNode(token: MarkedToken, locate: Locate): ReactNode {
  switch (token.type) {
    case 'heading': {
      const Heading = `h${token.depth}` as 'h1'
      return <Heading>{toNodes(token.tokens, locate)}</Heading>
    }
    case 'paragraph':
      return <p>{toNodes(token.tokens, locate)}</p>
    case 'blockquote':
      return <blockquote>{toNodes(token.tokens, locate)}</blockquote>
    case 'list':
      return <List {...token} locate={locate} />
    case 'checkbox':
      return <input type="checkbox" checked={token.checked} readOnly disabled />
    case 'table':
      return <Table {...token} locate={locate} />
    case 'code':
      return (
        <pre>
          <code>{token.text}</code>
        </pre>
      )
    case 'hr':
      return <hr />
    case 'strong':
      return <strong>{toNodes(token.tokens, locate)}</strong>
    case 'em':
      return <em>{toNodes(token.tokens, locate)}</em>
    case 'del':
      return <del>{toNodes(token.tokens, locate)}</del>
    case 'codespan':
      return <code>{token.text}</code>
    case 'br':
      return <br />
    case 'link':
      return <Anchor {...token} locate={locate} />
    case 'image':
      return <Picture {...token} locate={locate} />
    case 'escape':
      return token.text
    case 'text':
      return token.tokens ? toNodes(token.tokens, locate) : withCharacters(token.text)
    case 'html':
      return token.text.startsWith('<!--') ? null : /^<br\s*\/?>$/i.test(token.text) ? <br /> : token.text
    default:
      return null // definitions and space have nothing to show
  }
}

function List({ ordered, start, items, locate }: Tokens.List & { locate: Locate }) {
  const entries = items.map(({ tokens }, i) => <li key={i}>{toNodes(tokens, locate)}</li>)
  return ordered ? <ol start={Number(start) || 1}>{entries}</ol> : <ul>{entries}</ul>
}

function Table({ header, rows, align, locate }: Tokens.Table & { locate: Locate }) {
  const styleOf = (i: number): CSSProperties => ({ textAlign: align[i] ?? 'left' })
  return (
    <div className="scroll-x">
      <table>
        <thead>
          <tr>
            {header.map(({ tokens }, i) => (
              <th key={i} scope="col" style={styleOf(i)}>
                {toNodes(tokens, locate)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map(({ tokens }, i) => (
                <td key={i} style={styleOf(i)}>
                  {toNodes(tokens, locate)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Anchor({ href, tokens, locate }: Tokens.Link & { locate: Locate }) {
  const target = /^(https?|mailto):/i.test(href) ? href : isBeside(href) ? locate?.(href) : undefined
  if (!target) return toNodes(tokens, locate)
  return (
    <a href={target} target="_blank" rel="noopener noreferrer">
      {toNodes(tokens, locate)}
    </a>
  )
}

function Picture({ href, text, locate }: Tokens.Image & { locate: Locate }) {
  const source = /^data:image\//i.test(href) ? href : isBeside(href) ? locate?.(href) : undefined
  return source ? <img src={source} alt={text} /> : <span className="muted">{text || 'picture'}</span>
}

/** Whether an address is a relative path: of no scheme, of this host, and no place in this page. */
const isBeside = (href: string) => !/^([a-z][a-z0-9+.-]*:|[/\\#?])/i.test(href.trim())

/** Puts characters in the place of their names, such as `&amp;`. */
const withCharacters = (text: string) =>
  text.replace(/&(#\d+|#x[\da-f]+|[a-z]\w*);/gi, (name) => {
    const area = document.createElement('textarea')
    area.innerHTML = name
    return area.value
  })
