import type { ByteSource } from '../bytes/byte-source.js'
import { Cursor } from '../bytes/cursor.js'
import { InputError, type Way } from '../errors.js'
import { RAISE, raised } from '../limits.js'
import { isMade, NotData, PickleGlobal, type PickleValue } from './values.js'

export interface PickleOptions<T extends object = never> {
  /** Whether a class or function may be named at all; by default none. */
  global?(global: PickleGlobal): boolean
  /**
   * What stands for a call of a name, or of what a hook made, with `args` (REDUCE, NEWOBJ, OBJ, INST); `undefined`
   * refuses it, as {@link NotData} does with a reason. Must not copy `args`, which a pickle may hand over many times.
   */
  reduce?(
    callee: PickleGlobal | T,
    args: readonly PickleValue<T>[],
    keywords: ReadonlyMap<PickleValue<T>, PickleValue<T>>,
  ): PickleValue<T> | undefined
  /** What stands for `object` once it was given `state` (BUILD): mostly `object` itself; `undefined` refuses it. */
  build?(object: PickleValue<T>, state: PickleValue<T>): PickleValue<T> | undefined
  /** Takes items that are added to what a hook made; by default they are refused. */
  append?(object: T, items: readonly PickleValue<T>[]): void
  /** Takes keys and values, one after the other, that are set in what a hook made; by default they are refused. */
  setItems?(object: T, items: readonly PickleValue<T>[]): void
  /** What stands for a persistent id; `undefined` refuses it. */
  persistent?(id: PickleValue<T>): PickleValue<T> | undefined
  /** How Python 2's `str` is read: 'text' (latin1, by default) or 'bytes' */
  pythonStrings?: 'text' | 'bytes'
  /** Where the pickle begins in the source; 0 by default */
  offset?: number
  /** How many values a pickle may hold, times `--limits`: 10 million by default */
  maxValues?: number
}

/** Bytes that values may take together: what any file may make, for each byte of a larger one, and at most. */
const LEAST_MEMORY = 256 * 2 ** 20
const MEMORY_A_BYTE = 24
const MOST_MEMORY = 2 ** 31
/** Bytes of an entry of a map or set, and of a value that is there already: three lists hold it while they grow. Both as measured. */
const ENTRY = 100
const REFERENCE = 48

/** About what a value takes in bytes, beside what it refers to. */
function memoryOf(value: unknown): number {
  if (typeof value === 'string') return 48
  if (typeof value !== 'object' || value === null) return REFERENCE
  return value instanceof Map || value instanceof Set ? 256 : 112
}

/** What an opcode does. The type of what hooks make plays no part in it. */
export interface Opcode {
  readonly name: string
  run<T extends object>(machine: PickleMachine<T>): void
}

/** The stack and the memo, and what opcodes may do with them. */
export class PickleMachine<T extends object> {
  readonly cursor: Cursor
  readonly #memo = new Map<number, PickleValue<T>>()
  readonly #marked: PickleValue<T>[][] = []
  #stack: PickleValue<T>[] = []
  #opcode = ''
  #values = 0
  #memory = 0
  #stopped = false
  readonly #mostValues: number
  readonly #mostMemory: number

  constructor(
    readonly source: ByteSource,
    readonly options: PickleOptions<T>,
  ) {
    this.cursor = new Cursor(source, options.offset ?? 0)
    this.#mostValues = raised(options.maxValues ?? 10_000_000)
    this.#mostMemory = raised(Math.min(MOST_MEMORY, Math.max(LEAST_MEMORY, MEMORY_A_BYTE * source.length)))
  }

  /** Runs a pickle to its STOP. @param opcodes by their byte @returns what is on top of the stack then */
  run(opcodes: ReadonlyMap<number, Opcode>): PickleValue<T> {
    while (!this.#stopped) {
      const code = this.cursor.u8()
      const opcode = opcodes.get(code)
      if (opcode === undefined) {
        const at = this.cursor.position - 1
        throw new InputError(
          `not a pickle: byte ${at} is no opcode (0x${code.toString(16).padStart(2, '0')})`,
          this.source.name,
          'check that the file is what it is taken for, or copy it again',
        )
      }
      this.#opcode = opcode.name
      opcode.run(this)
    }
    return this.pop()
  }

  stop(): void {
    this.#stopped = true
  }

  push(value: PickleValue<T>, memory = memoryOf(value)): void {
    this.#spend(memory)
    if (++this.#values > this.#mostValues) {
      this.refuse('the pickle holds more values than any file of its kind', RAISE)
    }
    this.#stack.push(value)
  }

  pop(): PickleValue<T> {
    if (this.#stack.length === 0) this.refuse('the pickle takes a value that is not there')
    return this.#stack.pop() as PickleValue<T>
  }

  top(): PickleValue<T> {
    if (this.#stack.length === 0) this.refuse('the pickle takes a value that is not there')
    return this.#stack[this.#stack.length - 1]
  }

  mark(): void {
    if (this.#marked.length >= 100_000) this.refuse('the pickle is nested too deeply')
    this.#marked.push(this.#stack)
    this.#stack = []
  }

  /** What was pushed since the last mark. */
  popToMark(): PickleValue<T>[] {
    const before = this.#marked.pop()
    if (before === undefined) return this.refuse('the pickle lacks a mark')
    const items = this.#stack
    this.#stack = before
    return items
  }

  /** POP takes the mark away where nothing was pushed since. */
  discard(): void {
    if (this.#stack.length === 0 && this.#marked.length > 0) this.popToMark()
    else this.pop()
  }

  remember(index = this.#memo.size): void {
    this.#spend(ENTRY)
    this.#memo.set(index, this.top())
  }

  recall(index: number): void {
    const value = this.#memo.get(index)
    if (value === undefined) this.refuse(`the pickle recalls value ${index}, which it never stored`)
    this.push(value as PickleValue<T>, REFERENCE)
  }

  popList(): PickleValue<T>[] {
    const value = this.pop()
    return Array.isArray(value) ? value : this.refuse('a list was expected')
  }

  popText(): string {
    const value = this.pop()
    return typeof value === 'string' ? value : this.refuse('a name was expected')
  }

  pushGlobal(module: string, attribute: string): void {
    const global = new PickleGlobal(module, attribute)
    if (this.options.global?.(global) !== true) {
      this.refuse(`the pickle names '${global.name}', which is not data that is read here`)
    }
    this.push(global)
  }

  reduce(
    callee: PickleValue<T>,
    args: readonly PickleValue<T>[],
    keywords: ReadonlyMap<PickleValue<T>, PickleValue<T>> = new Map(),
  ): void {
    if (!(callee instanceof PickleGlobal) && !isMade(callee))
      this.refuse('the pickle calls what is not a name')
    const called = callee instanceof PickleGlobal ? `'${callee.name}'` : 'an object'
    const wanted = `the pickle wants ${called} called`
    const made = this.#asData(() => this.options.reduce?.(callee, args, keywords), wanted)
    this.push(made === undefined ? this.refuse(wanted) : made)
  }

  build(object: PickleValue<T>, state: PickleValue<T>): void {
    const named = object instanceof PickleGlobal ? `'${object.name}'` : 'an object'
    const wanted = `the pickle sets the state of ${named}`
    const built = this.#asData(() => this.options.build?.(object, state), wanted)
    this.push(built === undefined ? this.refuse(wanted) : built)
  }

  /** Adds items to the list or set on top. */
  append(items: readonly PickleValue<T>[]): void {
    const object = this.top()
    this.#spend(object instanceof Set ? items.length * ENTRY : 0)
    if (Array.isArray(object)) for (const item of items) object.push(item)
    else if (object instanceof Set) for (const item of items) object.add(item)
    else if (isMade(object) && this.options.append) this.options.append(object, items)
    else this.refuse('items are added to what is not a list or set')
  }

  /** Sets keys and values, one after the other, in the dictionary on top. */
  setItems(items: readonly PickleValue<T>[]): void {
    const object = this.top()
    if (items.length % 2 !== 0) this.refuse('a key has no value')
    if (object instanceof Map) {
      this.#spend((items.length / 2) * ENTRY)
      for (let i = 0; i < items.length; i += 2) object.set(items[i], items[i + 1])
    } else if (isMade(object) && this.options.setItems) this.options.setItems(object, items)
    else this.refuse('items are set in what is not a dictionary')
  }

  /** What a hook makes, or a refusal for the reason that it gives. */
  #asData<V>(hook: () => V, wanted: string): V {
    try {
      return hook()
    } catch (error) {
      if (error instanceof NotData) this.refuse(`${wanted}, but ${error.message}`)
      throw error
    }
  }

  persistent(id: PickleValue<T>): void {
    const value = this.options.persistent?.(id)
    if (value === undefined) this.refuse('the pickle refers to an object outside it')
    this.push(value)
  }

  /** What an opcode of one byte asks for may take hundreds. */
  #spend(bytes: number): void {
    this.#memory += bytes
    if (this.#memory > this.#mostMemory)
      this.refuse('what the pickle makes takes more memory than a file of its size should', RAISE)
  }

  /** @throws InputError with the opcode and its position */
  refuse(what: string, ...ways: Way[]): never {
    throw new InputError(
      `${what} (opcode ${this.#opcode}, before byte ${this.cursor.position}); nothing was run`,
      this.source.name,
      ['use a file from a source you trust, or one that holds plain data', ...ways],
    )
  }
}
