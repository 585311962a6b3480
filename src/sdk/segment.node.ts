import { closeSync, ftruncateSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'

/** A file of the journal: lines that wait, one after the other. It goes away when none does. */
export interface Segment {
  /** Bytes written so far. */
  readonly size: number
  readonly isGone: boolean
  /** Adds a line. @returns What to call when it need not be kept any more. */
  append(line: string): () => void
  /** Says that no line follows. @returns Whether the file is gone, since nothing in it waits. */
  release(): boolean
}

/** A segment that a process left behind. */
export interface ClaimedSegment {
  readonly lines: readonly string[]
  /** To be called once for each line. */
  readonly settle: () => void
}

/** Opens a new file to write to; only its owner may read it. */
export function openSegment(file: string): Segment {
  const handle = openSync(file, 'ax', 0o600)
  let size = 0
  let waiting = 0
  let isReleased = false
  let isGone = false

  function close(): void {
    closeSync(handle)
    if (waiting === 0) remove()
  }

  function remove(): void {
    rmSync(file, { force: true })
    isGone = true
  }

  function settle(): void {
    waiting -= 1
    if (waiting > 0) return
    if (isReleased) remove()
    else {
      ftruncateSync(handle, 0) // what is left after a kill is then only what waits
      size = 0
    }
  }

  return {
    get size() {
      return size
    },
    get isGone() {
      return isGone
    },
    append(line) {
      size += writeSync(handle, `${line}\n`)
      waiting += 1
      return once(settle)
    },
    release() {
      if (!isReleased) {
        isReleased = true
        close()
      }
      return isGone
    },
  }
}

/** Reads a file that another process wrote. A line that was cut off while it was written was never answered for. */
export function claimSegment(file: string): ClaimedSegment {
  const lines = readFileSync(file, 'utf8').split('\n').slice(0, -1)
  let waiting = lines.length
  if (waiting === 0) rmSync(file, { force: true })
  return {
    lines,
    settle() {
      waiting -= 1
      if (waiting === 0) rmSync(file, { force: true })
    },
  }
}

function once(action: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) action()
    isDone = true
  }
}
