/** A file of at most 20 MB that is made to take what its reader has. One list of `files/` for each kind of reader. */
export interface HostileFile {
  /** id of the reader that it is given to, of those that damaged files are given to */
  readonly reader: string
  /** what it holds, in a few words: the table of `docs/security.md` has them */
  readonly what: string
  make(): Promise<Uint8Array> | Uint8Array
  /** files beside it, in place of those that the reader's valid files lie beside */
  readonly beside?: Readonly<Record<string, () => Uint8Array>>
}

/** Bytes of each. */
export const HOSTILE_BYTES = 20_000_000

/** As often as fits behind `head` and before `tail`. */
export function repeated(piece: string, head = '', tail = ''): Uint8Array {
  const times = Math.floor((HOSTILE_BYTES - head.length - tail.length) / piece.length)
  return Buffer.concat([Buffer.from(head), Buffer.alloc(times * piece.length, piece), Buffer.from(tail)])
}

/** Lines, each made of its number, until there is no room for more. */
export function numbered(line: (number: number) => string, head = ''): Uint8Array {
  const lines = [head]
  let length = head.length
  for (let number = 0; ; number++) {
    const next = line(number)
    if (length + next.length > HOSTILE_BYTES) return Buffer.from(lines.join(''))
    lines.push(next)
    length += next.length
  }
}
