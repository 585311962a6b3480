/** Writes one line of JSON to stderr, or a readable one where a person looks. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, fields?: Record<string, unknown>) => void

export const log: Log = (level, message, fields = {}) => {
  const line = process.stderr.isTTY
    ? `${level === 'info' ? '' : `${level}: `}${message}${Object.entries(fields).map(([key, value]) => `\n  ${key}: ${String(value)}`)}`
    : JSON.stringify({ time: new Date().toISOString(), level, message, ...fields })
  process.stderr.write(`${line}\n`)
}
