/** What is known of a file or folder without reading it. */
export interface BlobInfo {
  /** From the root of the store, with `/` between names. */
  readonly path: string
  readonly isDir: boolean
  /** Bytes; absent for folders. */
  readonly size?: number
}

export interface Blob {
  readonly stream: ReadableStream<Uint8Array>
  /** Bytes of the whole file, whatever part of it was asked for. */
  readonly size: number
  /** Changes when the content does. */
  readonly etag: string
  readonly modified: Date
}

export interface Usage {
  readonly files: number
  readonly bytes: number
}

/** First and last byte, both included. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * A place where artifacts are kept.
 *
 * Paths are relative to its root, have been checked by `checkPath`, and use
 * `/`. Streams are read and written in constant memory.
 */
export interface Blobs {
  /** Direct children, sorted by path; `[]` for what is not a folder. */
  list(dir: string): Promise<BlobInfo[]>
  /**
   * @param rangeOf - Chooses the part to read once the size is known; all when absent.
   * @throws ApiError `RESOURCE_DOES_NOT_EXIST`
   */
  read(path: string, rangeOf?: (size: number) => Range | undefined): Promise<Blob>
  /** Writes a file as a whole: readers see what was there before, or all of the new. Folders are made. */
  write(path: string, content: ReadableStream<Uint8Array> | Uint8Array): Promise<void>
  /** What a folder takes, with all in it. */
  usage(dir: string): Promise<Usage>
  /** Removes a file, or a folder with all in it. */
  remove(path: string): Promise<void>
  /** Ways to the bytes that do not lead through this server; absent where there are none, as for local files. */
  readonly direct?: Direct
}

/** A request that carries its own right, for a time: whoever has it may send it. */
export interface SignedRequest {
  readonly url: string
  /** To be sent with it. */
  readonly headers: Record<string, string>
}

export interface Part {
  /** From 1. */
  readonly partNumber: number
  /** What the store answered to the upload of the part. */
  readonly etag: string
}

export interface Direct {
  /** @throws ApiError `RESOURCE_DOES_NOT_EXIST` */
  signDownload(path: string, seconds: number): Promise<SignedRequest & { readonly size: number }>
  signUpload(path: string, seconds: number): Promise<SignedRequest>
  /** Absent where the store has none that signed requests can do. */
  readonly inParts?: UploadsInParts
}

/** Uploads in parts, of which none is seen before the upload is complete. */
export interface UploadsInParts {
  create(path: string, parts: number): Promise<{ readonly uploadId: string; readonly parts: readonly SignedRequest[] }>
  complete(path: string, uploadId: string, parts: readonly Part[]): Promise<void>
  abort(path: string, uploadId: string): Promise<void>
}
