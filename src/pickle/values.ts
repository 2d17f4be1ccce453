import type { ByteSource } from '../bytes/byte-source.js'

/**
 * A byte string (`bytes`, `bytearray`, or Python 2's `str`), not read until {@link PickleBytes.read} is called.
 * `offset` and `length` say where it lies in the source; what a pickle holds escaped or as text is kept as it is.
 */
export class PickleBytes {
  /** @param kept the bytes themselves, or as latin1 text, where they don't lie in the source as they are */
  constructor(
    private readonly source: ByteSource,
    readonly offset: number,
    readonly length: number,
    private readonly kept?: Uint8Array | string,
  ) {}

  /** Bytes that don't lie in a file: `kept`, or the latin1 codes of a text, which is encoded when it is read. */
  static of(source: ByteSource, kept: Uint8Array | string): PickleBytes {
    return new PickleBytes(source, 0, kept.length, kept)
  }

  /** The bytes: a view where the source is memory, read where it is a file. */
  read(): Uint8Array {
    if (typeof this.kept === 'string') return Buffer.from(this.kept, 'latin1')
    return this.kept ?? this.source.read(this.offset, this.length)
  }

  /** `length` of the bytes from `start` on, not read either. */
  slice(start: number, length: number): PickleBytes {
    return this.kept === undefined
      ? new PickleBytes(this.source, this.offset + start, length)
      : PickleBytes.of(
          this.source,
          typeof this.kept === 'string'
            ? this.kept.slice(start, start + length)
            : this.kept.subarray(start, start + length),
        )
  }
}

/** The name of a class or function, as text. It is never looked up: what it stands for is for the hooks to say. */
export class PickleGlobal {
  constructor(
    readonly module: string,
    readonly attribute: string,
  ) {}

  get name(): string {
    return `${this.module}.${this.attribute}`
  }
}

/** Thrown by a hook that finds something else than the data it expects; the pickle is then refused for this reason. */
export class NotData extends Error {
  override readonly name = 'NotData'
}

/**
 * What a pickle holds. Lists and tuples are arrays, dictionaries are Maps, integers beyond 2^53 are bigints;
 * `T` is what the caller's hooks make.
 */
export type PickleValue<T extends object = never> =
  | null
  | boolean
  | number
  | bigint
  | string
  | PickleBytes
  | PickleGlobal
  | PickleValue<T>[]
  | Map<PickleValue<T>, PickleValue<T>>
  | Set<PickleValue<T>>
  | T

/** Whether a hook made a value. */
export function isMade<T extends object>(value: PickleValue<T>): value is T {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    ![PickleBytes, PickleGlobal, Map, Set].some((plain) => value instanceof plain)
  )
}
