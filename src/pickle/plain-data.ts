import type { ByteSource } from '../bytes/byte-source.js'
import type { PickleOptions } from './machine.js'
import { NumpyArray, NumpyType, numpyScalar, textOf } from './numpy.js'
import { NotData, PickleBytes, PickleGlobal, type PickleValue } from './values.js'

/** What names of plain data stand for, beside what a pickle holds without names. */
export type DataObject = NumpyType | NumpyArray
type Value = PickleValue<object>
type Make = (args: readonly Value[], data: PlainData) => Value | undefined

/** Classes that are named as an argument: what kind of array, what a dictionary makes of a missing key. */
const CLASSES = new Set([
  'numpy.ndarray',
  'numpy.memmap',
  'numpy.core.memmap.memmap',
  'numpy.matrix',
  'numpy.matrixlib.defmatrix.matrix',
  ...['list', 'dict', 'int', 'float', 'str', 'bool', 'object'].map((name) => `builtins.${name}`),
])
const ARRAYS = [...CLASSES].filter((name) => name.startsWith('numpy.'))

/** What a call of each name that is data makes, by its present spelling; undefined where the arguments are others. */
const CALLS: Readonly<Record<string, Make>> = {
  // Python 3 writes bytes of protocols 0 to 2, and bytearrays up to 4, as calls.
  '_codecs.encode': ([text, encoding], data) => data.latin1(text, encoding),
  'builtins.bytes': (args, data) => (args.length === 0 ? PickleBytes.of(data.source, '') : undefined),
  'builtins.bytearray': ([content, encoding], data) => {
    if (content === undefined) return PickleBytes.of(data.source, '')
    return content instanceof PickleBytes ? content : data.latin1(content, encoding)
  },
  'builtins.set': ([items = []], data) => (Array.isArray(items) ? new Set(data.copied(items)) : undefined),
  'builtins.frozenset': ([items = []], data) =>
    Array.isArray(items) ? new Set(data.copied(items)) : undefined,
  'collections.OrderedDict': ([items = []], data) => (Array.isArray(items) ? pairs(items, data) : undefined),
  'collections.defaultdict': () => new Map(),
  'collections.Counter': ([counts]) => (counts instanceof Map ? counts : new Map()),
  'collections.deque': ([items = []], data) => (Array.isArray(items) ? [...data.copied(items)] : undefined),
  'numpy.dtype': ([code]) => {
    const text = textOf(code)
    return text === undefined ? undefined : new NumpyType(text)
  },
  'numpy.core.multiarray._reconstruct': ([kind]) => {
    if (kind instanceof PickleGlobal && ARRAYS.includes(presentName(kind.name))) return new NumpyArray()
    throw new NotData(
      `as ${kind instanceof PickleGlobal ? `'${kind.name}'` : 'what is no class'}, not as an array`,
    )
  },
  'numpy.core.multiarray.scalar': ([type, content], data) => {
    if (!(type instanceof NumpyType)) return undefined
    if (type.kind === 'O') return content
    const bytes = data.toBytes(content)
    return bytes === undefined ? undefined : numpyScalar(type, bytes)
  },
  // Protocol 5, with the buffer inside the pickle.
  'numpy.core.numeric._frombuffer': ([content, type, shape, order], data) => {
    if (!(type instanceof NumpyType)) return undefined
    const array = new NumpyArray()
    array.fill(type, shape, textOf(order) === 'F', data.toBytes(content))
    return array
  },
}

/** Python 2's and NumPy 2's names for what NumPy 1 and Python 3 call otherwise. */
export function presentName(name: string): string {
  return name
    .replace(/^__builtin__\./, 'builtins.')
    .replace(/^copy_reg\./, 'copyreg.')
    .replace(/^numpy\._core\./, 'numpy.core.')
    .replace(/^numpy\.core\._multiarray_umath\./, 'numpy.core.multiarray.')
}

function pairs(items: readonly Value[], data: PlainData): Map<Value, Value> {
  const map = new Map<Value, Value>()
  for (const item of data.copied(items)) {
    if (!Array.isArray(item) || item.length !== 2) throw new NotData('its items are no pairs')
    map.set(item[0], item[1])
  }
  return map
}

/**
 * The names that are data, in every spelling: NumPy's arrays, scalars and types of plain elements, byte arrays, sets and
 * the dictionaries of `collections`. What is made of a pickle is bounded by its length, however often it asks for it.
 *
 * @example
 * const data = new PlainData(source)
 * const { value } = readPickle<DataObject>(source, data.hooks())
 */
export class PlainData {
  /** how much may still be copied: bytes, or items of lists */
  #left: number

  constructor(readonly source: ByteSource) {
    this.#left = 2 * source.length
  }

  has(name: string): boolean {
    const present = presentName(name)
    return Object.hasOwn(CALLS, present) || CLASSES.has(present)
  }

  /** What a call stands for; undefined where the name, or what it is called with, is no data. @throws NotData */
  call(name: string, args: readonly Value[]): Value | undefined {
    const present = presentName(name)
    return Object.hasOwn(CALLS, present) ? CALLS[present](args, this) : undefined
  }

  /** Sets the state of what {@link call} made. @returns whether it is data @throws NotData */
  build(object: Value, state: Value): boolean {
    if (object instanceof NumpyType) object.setState(state)
    else if (object instanceof NumpyArray) object.setState(state, (value) => this.toBytes(value))
    else return object instanceof Map
    return true
  }

  /** The hooks that read plain data and refuse everything else. */
  hooks(): Pick<PickleOptions<DataObject>, 'global' | 'reduce' | 'build'> {
    return {
      global: ({ name }) => this.has(name),
      reduce: (callee, args, keywords) =>
        callee instanceof PickleGlobal && keywords.size === 0
          ? (this.call(callee.name, args) as PickleValue<DataObject> | undefined)
          : undefined,
      // The attributes of a dictionary's class say nothing about its items.
      build: (object, state) => (this.build(object, state) ? object : undefined),
    }
  }

  /** Text whose letters are bytes, as what it means. */
  latin1(text: Value | undefined, encoding: Value | undefined): PickleBytes | undefined {
    const name = textOf(encoding)?.toLowerCase().replace(/[-_]/g, '')
    if (name !== 'latin1' && name !== 'iso88591') return undefined
    return this.toBytes(text)
  }

  /** Bytes, which Python 2's pickles hold as text where they are read so. */
  toBytes(value: Value | undefined): PickleBytes | undefined {
    if (value instanceof PickleBytes) return value
    if (typeof value !== 'string') return undefined
    this.#spend(value.length)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: every byte is a letter of latin1
    return /^[\x00-\xff]*$/.test(value) ? PickleBytes.of(this.source, value) : undefined
  }

  copied<T>(items: readonly T[]): readonly T[] {
    this.#spend(items.length)
    return items
  }

  #spend(amount: number): void {
    this.#left -= amount
    if (this.#left < 0) throw new NotData('it makes more of its content than the file holds')
  }
}
