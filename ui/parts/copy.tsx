import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { copyText } from './copy-text.ts'

/** So long it says that it has copied. */
const SAID_MS = 1500

/** A text that one wants elsewhere. */
export function CopyButton({ text, label }: { text: string; label: string }) {
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await copyText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), SAID_MS)
  }
  return (
    <button type="button" className="plain tight" title={label} aria-label={label} onClick={() => void copy()}>
      {copied ? <Check size={13} /> : <Copy size={13} />}
      <span role="status" className="unseen">
        {copied && 'Copied.'}
      </span>
    </button>
  )
}
