import { type Template as Content, toPieces } from './read.ts'

/** A template as it reads, with its variables marked. */
export function Template({ template: { text, messages } }: { template: Content }) {
  if (!messages)
    return (
      <pre className="template" tabIndex={0} aria-label="Template">
        <Marked text={text} />
      </pre>
    )
  return (
    <ol className="chat" aria-label="Template">
      {messages.map(({ role, content }, i) => (
        <li key={i}>
          <h3>{role}</h3>
          <pre className="template">
            <Marked text={content} />
          </pre>
        </li>
      ))}
    </ol>
  )
}

const Marked = ({ text }: { text: string }) =>
  toPieces(text).map((piece, i) => (i % 2 === 1 ? <var key={i}>{piece}</var> : piece))
