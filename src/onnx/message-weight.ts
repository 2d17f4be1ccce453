import type { ByteSource } from '../bytes/byte-source.js'
import { Cursor } from '../bytes/cursor.js'
import { InputError, type Way } from '../errors.js'
import { RAISE, raised } from '../limits.js'
import { FIELDS, type Field } from './message-fields.js'
import { DATA_FIELDS } from './stored-numbers.js'
import { readField } from './wire.js'

/** What the messages of a file may take: of any file, and for each byte of a larger one (networks take about 8). */
const LEAST_MEMORY = 256 * 2 ** 20
const MEMORY_A_BYTE = 24
/** Bytes that a message takes once it is read, and a field of it, as measured. */
const MESSAGE = 300
const FIELD = 64
/** One that no message of its kind has, which is kept as bytes. */
const UNKNOWN_FIELD = 256
/** Bytes for each byte of a packed list: an integer of 64 bits is an object, which may stand for one byte. */
const PACKED: Readonly<Record<string, number>> = { int64: 56, uint64: 56, int32: 8, float: 2, double: 1 }
/** Messages in one another. */
const DEEPEST = 100

/** Messages that are read field by field where they lie in one that is: the graph, its nodes and weights, their tensors. */
const APART = ['ModelProto 7', 'GraphProto 1', 'GraphProto 5', 'NodeProto 5', 'AttributeProto 5']
const ATTRIBUTE_TENSOR = 5
/** name, single values, lists of plain values, kind */
const PLAIN_ATTRIBUTE = [1, 2, 3, 4, 7, 8, 9, 20]

const DATA: readonly number[] = Object.values(DATA_FIELDS)

const BY_NUMBER = new Map(
  Object.entries(FIELDS).map(([message, fields]) => [
    message,
    new Map<number, Field>(Object.values(fields).map((field) => [field[0], field])),
  ]),
)

/**
 * Steps through an ONNX file's messages, whatever they lie in, and adds up what they will take in memory: an empty node is two
 * bytes in the file and hundreds in memory. Weights are not counted where they are read only when they are asked for.
 * @throws InputError where that is more than a network of the file's size has, or where the bytes are no messages
 */
export function requireModest(source: ByteSource): void {
  new Weight(source).add('ModelProto', source.length, true)
}

class Weight {
  readonly #cursor: Cursor
  readonly #most: number
  #taken = 0
  /** what the numbers of the tensor of an attribute take, where they are held */
  #numbers = 0

  constructor(source: ByteSource) {
    this.#cursor = new Cursor(source, 0)
    this.#most = raised(Math.max(LEAST_MEMORY, MEMORY_A_BYTE * source.length))
  }

  /**
   * Adds the message that lies before the cursor.
   * @param isApart whether it is read field by field, as the model, its graph and the nodes of that are; else all that lies
   * in it is held
   */
  add(message: string, length: number, isApart: boolean, depth = 0): void {
    if (depth > DEEPEST) throw this.#refusal('messages nested more than 100 deep')
    this.#spend(MESSAGE)
    const cursor = this.#cursor
    const end = cursor.position + length
    const fields = BY_NUMBER.get(message)
    let [tensors, others] = [0, 0]
    this.#numbers = 0
    while (cursor.position < end) {
      const { number, value, length: size } = readField(cursor, end)
      const [, type, rule] = fields?.get(number) ?? []
      if (number === ATTRIBUTE_TENSOR) tensors++
      else if (!PLAIN_ATTRIBUTE.includes(number)) others++
      this.#spend(type === undefined ? UNKNOWN_FIELD : FIELD)
      if (value === undefined && type !== undefined && BY_NUMBER.has(type)) {
        this.add(type, size, isApart && APART.includes(`${message} ${number}`), depth + 1)
        continue
      }
      const taken = value !== undefined ? 0 : size * bytesOfOne(type, rule)
      if (isApart && message === 'TensorProto' && DATA.includes(number)) this.#numbers += taken
      else this.#spend(taken)
      cursor.skip(size)
    }
    // An attribute that is more than a tensor is held as it is.
    if (message === 'AttributeProto' && (tensors > 1 || others > 0)) this.#spend(this.#numbers)
  }

  #spend(bytes: number): void {
    this.#taken += bytes
    if (this.#taken > this.#most)
      throw this.#refusal('more nodes, names and numbers than a network of its size has', RAISE)
  }

  #refusal(what: string, ...ways: Way[]): InputError {
    return new InputError(what, this.#cursor.source.name, ['check that it is the file you mean', ...ways])
  }
}

/** What a byte of a field takes. Raw bytes are views of those of the file. */
function bytesOfOne(type: string | undefined, rule: string | undefined): number {
  if (type === 'bytes') return 0
  return type !== undefined && rule !== undefined && Object.hasOwn(PACKED, type) ? PACKED[type] : 1
}
