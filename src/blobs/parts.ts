/** The least that S3 takes for a part that is not the last. */
const FIRST_BYTES = 5 * 1024 * 1024
/** How many parts have one size, before they double: 10,000 of them, all that S3 takes, hold its largest file of 5 TiB. */
const OF_ONE_SIZE = 1000

/** Some megabytes of a file, as the pieces in which they came. */
export interface Piece {
  readonly chunks: readonly Uint8Array[]
  readonly bytes: number
  readonly isLast: boolean
}

/** Cuts a file into pieces that are large enough to be sent as the parts of an upload; an empty file is one piece. */
export async function* toPieces(content: ReadableStream<Uint8Array> | Uint8Array): AsyncGenerator<Piece> {
  if (content instanceof Uint8Array) return yield { chunks: [content], bytes: content.length, isLast: true }
  let chunks: Uint8Array[] = []
  let bytes = 0
  let count = 0
  for await (const chunk of content.values({ preventCancel: true })) {
    if (bytes >= FIRST_BYTES * 2 ** Math.floor(count / OF_ONE_SIZE)) {
      yield { chunks, bytes, isLast: false } // only now is it known not to be the last
      count++
      chunks = []
      bytes = 0
    }
    chunks.push(chunk)
    bytes += chunk.length
  }
  yield { chunks, bytes, isLast: true }
}

/**
 * Sends the pieces one after the other; each is on its way while the next is read.
 *
 * @returns What was answered to each.
 */
export async function sendPieces<Answer>(
  pieces: AsyncIterable<Piece>,
  send: (piece: Piece, number: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = []
  let sending: Promise<void> | undefined
  let number = 0
  try {
    for await (const piece of pieces) {
      await sending
      const at = number++
      sending = send(piece, at + 1).then((answer) => void (answers[at] = answer))
      sending.catch(() => {}) // is told when the next piece is there
    }
    await sending
  } finally {
    await sending?.catch(() => {}) // so that nothing is under way when the upload is given up
  }
  return answers
}
