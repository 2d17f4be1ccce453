import type { ByteSource } from '../bytes/byte-source.js'

/**
 * A byte string (`bytes`, `bytearray`, or Python 2's `str`), not read until {@link PickleBytes.read} is called.
 * `offset` and `length` say where it lies in the source; protocol 0 writes bytes escaped, and these are kept.
 */
export class PickleBytes {
  constructor(
    private readonly source: ByteSource,
    readonly offset: number,
    readonly length: number,
    private readonly unescaped?: Uint8Array,
  ) {}

  /** The bytes: a view where the source is memory, read where it is a file. */
  read(): Uint8Array {
    return this.unescaped ?? this.source.read(this.offset, this.length)
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
