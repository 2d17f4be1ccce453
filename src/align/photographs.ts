import type { FilePath } from '../bytes/file-name.js'

/** A photograph to be aligned. */
export interface Photograph {
  /** what the table calls it: its path below the folder, with '/' */
  readonly name: string
  /** where its crop goes, below the output folder */
  readonly crop: string
  /** the file; or its bytes, where it is part of one */
  readonly path?: FilePath
  readonly bytes?: Uint8Array
  /** why there are no bytes */
  readonly problem?: string
}

/** Photographs in an order that is the same at every reading. */
export interface Photographs {
  /** what messages call them */
  readonly where: string
  readonly count: number
  /** hash of all that tells whether they are still the same: names and sizes, not their content */
  readonly key: string
  /** what was passed over, for the user */
  readonly notes: readonly string[]
  read(): AsyncIterable<Photograph>
  close(): Promise<void>
}
