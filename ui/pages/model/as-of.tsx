interface Props {
  /** Milliseconds since 1970; now, when not told. */
  readonly time: number | undefined
  readonly onChange: (time: number | undefined) => void
}

/** Chooses a time to see the versions, stages and aliases of. */
export function AsOf({ time, onChange }: Props) {
  return (
    <span className="as-of">
      <label>
        As of{' '}
        <input
          type="datetime-local"
          value={time === undefined ? '' : toLocal(time)}
          onChange={({ target: { value } }) => onChange(value ? new Date(value).getTime() : undefined)}
        />
      </label>
      {time !== undefined && (
        <button type="button" onClick={() => onChange(undefined)}>
          Back to now
        </button>
      )}
    </span>
  )
}

/** A time as its field has it: of this place, to the minute. */
function toLocal(time: number): string {
  const minutes = new Date(time).getTimezoneOffset()
  return new Date(time - minutes * 60_000).toISOString().slice(0, 16)
}
