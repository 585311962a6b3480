import createDOMPurify from 'dompurify'
import { marked } from 'marked'
import { useMemo } from 'react'

interface Props {
  readonly text: string
  /** Where a picture that is named by a relative path is to be had; none is shown without it. */
  readonly locate?: (path: string) => string
}

/** Somebody's Markdown: without scripts, forms, frames or styles, and with no pictures from elsewhere. */
export default function Markdown({ text, locate }: Props) {
  const html = useMemo(() => toSafeHtml(text, locate), [text, locate])
  return <div className="markdown" dangerouslySetInnerHTML={{ __html: html }} />
}

function toSafeHtml(text: string, locate: Props['locate']): string {
  const purify = createDOMPurify(window)
  purify.addHook('afterSanitizeAttributes', (node) => {
    if (node.tagName === 'A') {
      node.setAttribute('target', '_blank')
      node.setAttribute('rel', 'noopener noreferrer')
    }
    const source = node.tagName === 'IMG' ? node.getAttribute('src') : null
    if (source === null || source.startsWith('data:')) return
    const isElsewhere = /^[a-z][a-z0-9+.-]*:|^\/\//i.test(source)
    if (locate && !isElsewhere) node.setAttribute('src', locate(source))
    else node.removeAttribute('src')
  })
  return purify.sanitize(marked.parse(text, { async: false, gfm: true }), {
    FORBID_TAGS: [
      'style',
      'form',
      'input',
      'button',
      'textarea',
      'select',
      'iframe',
      'video',
      'audio',
      'source',
      'svg',
      'math',
    ],
    FORBID_ATTR: ['style', 'srcset', 'id', 'name', 'class'],
  })
}
