import { useState } from 'react'
import { copyText } from './copy-text.ts'

/** The same said to several programs: one is shown, to be copied. */
export function Snippets({ texts }: { texts: Readonly<Record<string, string>> }) {
  const [language, setLanguage] = useState(Object.keys(texts)[0]!)
  const text = texts[language]!
  const [copied, setCopied] = useState<string>()
  const copy = async () => {
    await copyText(text)
    setCopied(text)
  }
  return (
    <>
      <div className="segments" role="radiogroup" aria-label="Language">
        {Object.keys(texts).map((each) => (
          <button
            key={each}
            type="button"
            role="radio"
            aria-checked={each === language}
            onClick={() => setLanguage(each)}
          >
            {each}
          </button>
        ))}
        <button type="button" className="plain" onClick={() => void copy()}>
          {copied === text ? 'Copied' : 'Copy'}
        </button>
      </div>
      <pre className="snippet" tabIndex={0} aria-label={`In ${language}`}>
        {text}
      </pre>
    </>
  )
}
