import { InputError } from '../errors.js'

/** Where an encoded image lies in a file. */
export interface ByteRange {
  readonly offset: number
  readonly length: number
}

/** What insightface's pickle holds. */
export interface PairPickle {
  readonly images: readonly ByteRange[]
  readonly same: Uint8Array
}

/** A value of the pickles that are read: bytes (as their place), numbers and booleans, lists and tuples. */
type Value = ByteRange | number | boolean | null | Value[]

/** Values that a pickle may make: a file of opcodes only must not fill the memory. */
const MAX_VALUES = 4_000_000
const MAX_LINE = 1000
const REMEDY = 'only lists of image bytes and of labels are read; nothing in a pickle is ever run'

/** Opcodes that import, call or build something, by the names that Python's pickletools gives them. */
const RUNNING: Readonly<Record<number, string>> = {
  99: 'GLOBAL',
  82: 'REDUCE',
  105: 'INST',
  111: 'OBJ',
  98: 'BUILD',
  80: 'PERSID',
  81: 'BINPERSID',
  129: 'NEWOBJ',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  146: 'NEWOBJ_EX',
  147: 'STACK_GLOBAL',
}

/** A pickle's stack machine, for data only. */
class PickleMachine {
  #at = 0
  #values = 0
  readonly #stack: Value[] = []
  readonly #marks: number[] = []
  readonly #memo = new Map<number, Value>()

  constructor(
    private readonly bytes: Buffer,
    private readonly where: string,
  ) {}

  run(): Value {
    while (this.#at < this.bytes.length) {
      const opcode = this.bytes[this.#at++]
      if (opcode === STOP) return this.#pop()
      const step = STEPS[opcode]
      if (step === undefined) this.#refuse(opcode)
      else step(this)
    }
    return this.#fail('the pickle is cut short', 'copy the file again')
  }

  #refuse(opcode: number): never {
    const place = `at byte ${this.#at - 1}`
    const name = RUNNING[opcode]
    if (name === undefined) this.#fail(`the pickle has the opcode 0x${opcode.toString(16)} ${place}`, REMEDY)
    const target = name === 'GLOBAL' || name === 'INST' ? ` '${this.line()}.${this.line()}'` : ''
    this.#fail(`the pickle would run code: ${name}${target} ${place}`, REMEDY)
  }

  #fail(what: string, remedy: string): never {
    throw new InputError(what, this.where, remedy)
  }

  #damaged(what: string): never {
    return this.#fail(`the pickle is damaged: ${what}`, 'copy the file again')
  }

  #pop(): Value {
    const value = this.#stack.pop()
    return value === undefined ? this.#damaged('a value is missing') : value
  }

  skip(count: number): void {
    this.#at += count
    if (this.#at > this.bytes.length) this.#fail('the pickle is cut short', 'copy the file again')
  }

  /** An unsigned number of 1, 2, 4 or 6 bytes. */
  number(size: number): number {
    this.skip(size)
    return this.bytes.readUIntLE(this.#at - size, size)
  }

  line(): string {
    const end = this.bytes.indexOf(0x0a, this.#at)
    if (end < 0 || end - this.#at > MAX_LINE) return this.#damaged('a line does not end')
    const line = this.bytes.toString('latin1', this.#at, end)
    this.#at = end + 1
    return line.trim()
  }

  push(value: Value): void {
    if (++this.#values > MAX_VALUES) this.#fail(`the pickle makes more than ${MAX_VALUES} values`, REMEDY)
    this.#stack.push(value)
  }

  pushBytes(length: number): void {
    const offset = this.#at
    this.skip(length)
    this.push({ offset, length })
  }

  mark(): void {
    this.#marks.push(this.#stack.length)
  }

  sinceMark(): Value[] {
    const mark = this.#marks.pop()
    if (mark === undefined || mark > this.#stack.length) return this.#damaged('a mark is missing')
    return this.#stack.splice(mark)
  }

  take(count: number): Value[] {
    if (this.#stack.length < count) this.#damaged('a value is missing')
    return this.#stack.splice(this.#stack.length - count, count)
  }

  append(values: readonly Value[]): void {
    const list = this.#stack.at(-1)
    if (!Array.isArray(list)) this.#damaged('there is no list to append to')
    else for (const value of values) list.push(value)
  }

  /** Stores the top of the stack; without a key as the next entry. */
  remember(key = this.#memo.size): void {
    const value = this.#pop()
    this.#memo.set(key, value)
    this.#stack.push(value)
  }

  recall(key: number): void {
    const value = this.#memo.get(key)
    if (value === undefined) this.#damaged(`entry ${key} is not stored`)
    else this.push(value)
  }
}

const STOP = 0x2e

/** What each opcode of lists, tuples, bytes, numbers and the memo does; there is no other. */
const STEPS: Readonly<Record<number, (machine: PickleMachine) => void>> = {
  128: (m) => m.skip(1), // PROTO
  149: (m) => m.skip(8), // FRAME
  40: (m) => m.mark(), // MARK
  93: (m) => m.push([]), // EMPTY_LIST
  41: (m) => m.push([]), // EMPTY_TUPLE
  108: (m) => m.push(m.sinceMark()), // LIST
  116: (m) => m.push(m.sinceMark()), // TUPLE
  133: (m) => m.push(m.take(1)), // TUPLE1
  134: (m) => m.push(m.take(2)), // TUPLE2
  135: (m) => m.push(m.take(3)), // TUPLE3
  97: (m) => m.append(m.take(1)), // APPEND
  101: (m) => m.append(m.sinceMark()), // APPENDS
  67: (m) => m.pushBytes(m.number(1)), // SHORT_BINBYTES
  85: (m) => m.pushBytes(m.number(1)), // SHORT_BINSTRING
  66: (m) => m.pushBytes(m.number(4)), // BINBYTES
  84: (m) => m.pushBytes(m.number(4)), // BINSTRING
  142: (m) => m.pushBytes(m.number(6) + m.number(2) * 2 ** 48), // BINBYTES8
  150: (m) => m.pushBytes(m.number(6) + m.number(2) * 2 ** 48), // BYTEARRAY8
  136: (m) => m.push(true), // NEWTRUE
  137: (m) => m.push(false), // NEWFALSE
  78: (m) => m.push(null), // NONE
  75: (m) => m.push(m.number(1)), // BININT1
  77: (m) => m.push(m.number(2)), // BININT2
  74: (m) => m.push(m.number(4) | 0), // BININT
  73: (m) => m.push(Number(m.line())), // INT
  148: (m) => m.remember(), // MEMOIZE
  113: (m) => m.remember(m.number(1)), // BINPUT
  114: (m) => m.remember(m.number(4)), // LONG_BINPUT
  112: (m) => m.remember(Number(m.line())), // PUT
  104: (m) => m.recall(m.number(1)), // BINGET
  106: (m) => m.recall(m.number(4)), // LONG_BINGET
  103: (m) => m.recall(Number(m.line())), // GET
}

function isByteRange(value: Value): value is ByteRange {
  return typeof value === 'object' && value !== null && 'offset' in value
}

function toLabel(value: Value, index: number, where: string): number {
  if (value === true || value === 1) return 1
  if (value === false || value === 0) return 0
  throw new InputError(`label ${index} is no boolean`, where, 'write the labels as True and False')
}

/**
 * Reads insightface's pickle of pairs: a tuple (or list) of a list of encoded images as bytes and a list of
 * booleans. It is read as data: an opcode that would import or call something is refused by its name. Protocols
 * 1 to 5, Python 2's strings too.
 * @param bytes the whole file; nothing of it is kept
 * @throws InputError
 */
export function readPairPickle(bytes: Buffer, where: string): PairPickle {
  const value = new PickleMachine(bytes, where).run()
  const [images, labels] = Array.isArray(value) && value.length === 2 ? value : []
  if (!Array.isArray(images) || !Array.isArray(labels)) {
    throw new InputError(
      'the pickle is no pair of lists (images, labels)',
      where,
      'name a verification set of insightface',
    )
  }
  const other = images.findIndex((image) => !isByteRange(image))
  if (other >= 0) throw new InputError(`image ${other} is not a string of bytes`, where, REMEDY)
  return {
    images: images.filter(isByteRange),
    same: Uint8Array.from(labels, (label, i) => toLabel(label, i, where)),
  }
}
