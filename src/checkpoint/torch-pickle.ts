import { ELEMENT_SIZES, type StoredType } from '../arrays/element-types.js'
import { type ByteSource, checkRange } from '../bytes/byte-source.js'
import { NumpyArray } from '../pickle/numpy.js'
import { type DataObject, PlainData } from '../pickle/plain-data.js'
import { type PickleOptions, readPickle } from '../pickle/read-pickle.js'
import { isMade, NotData, PickleGlobal, type PickleValue } from '../pickle/values.js'
import { type Storage, StoredTensor } from './stored-tensor.js'
import { UnreadObject } from './unread-object.js'

/** The data of a storage, before its place in the file is known. */
export class StorageReference implements Storage {
  constructor(
    readonly type: StoredType,
    readonly length: number,
    readonly source: ByteSource,
    readonly offset: () => number,
  ) {}
}

type TorchObject = StoredTensor | StorageReference | UnreadObject | DataObject
export type TorchValue = PickleValue<TorchObject>

const STORAGE_TYPES: Readonly<Record<string, StoredType>> = {
  'torch.FloatStorage': 'float32',
  'torch.DoubleStorage': 'float64',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
  'torch.storage.UntypedStorage': 'uint8',
}

const NUMPY_TYPES: Readonly<Record<string, StoredType>> = {
  '<f8': 'float64',
  '<f4': 'float32',
  '<f2': 'float16',
  '<i8': 'int64',
  '<i4': 'int32',
  '<i2': 'int16',
  '|i1': 'int8',
  '|u1': 'uint8',
  '|b1': 'bool',
}

type Make = (args: readonly TorchValue[], reader: TorchReader) => TorchValue | undefined

/** What PyTorch's own functions make of what they are called with; undefined where the arguments are others. */
const CALLS: Readonly<Record<string, Make>> = {
  'torch._utils._rebuild_tensor': (args) => tensor(args),
  'torch._utils._rebuild_tensor_v2': (args) => tensor(args),
  // Of a storage of bytes: (storage, start, sizes, strides, gradient, hooks, type)
  'torch._utils._rebuild_tensor_v3': ([storage, start, shape, strides, , , type]) =>
    tensor([retyped(storage, type), start, shape, strides]),
  'torch._utils._rebuild_parameter': ([data]) => data,
  'torch._utils._rebuild_parameter_with_state': ([data]) => data,
  'torch.nn.parameter.Parameter': ([data]) => data,
  'torch._utils._rebuild_device_tensor_from_numpy': ([array]) => array,
  // (function, class, arguments, state) of a class of its own
  'torch._tensor._rebuild_from_type': rebuilt,
  'torch._tensor._rebuild_from_type_v2': rebuilt,
  'torch.Size': ([sizes]) => sizes,
  'torch.device': ([kind]) => kind,
  'easydict.EasyDict': () => new Map(),
}

/** Not of another of its kind, so that no list that holds itself is followed for ever. */
function rebuilt([make, , args]: readonly TorchValue[], reader: TorchReader): TorchValue | undefined {
  if (!(make instanceof PickleGlobal) || !Array.isArray(args) || !Object.hasOwn(CALLS, make.name))
    return undefined
  return CALLS[make.name] === rebuilt ? undefined : reader.call(make, args)
}

/** Finds the bytes of a storage by its key. */
export type FindStorage = (key: string, type: StoredType, length: number) => StorageReference

/**
 * Reads what a checkpoint holds as data: tensors, containers, NumPy's arrays and scalars. Everything else training keeps
 * beside them (schedulers, settings, dates, functions) is left unread: its name is kept, and nothing is looked up or called.
 */
class TorchReader {
  readonly unread = new Map<string, UnreadStorage>()
  readonly #data: PlainData

  constructor(
    source: ByteSource,
    private readonly find: FindStorage,
  ) {
    this.#data = new PlainData(source)
  }

  options(): PickleOptions<TorchObject> {
    return {
      global: () => true,
      reduce: (callee, args, keywords) =>
        callee instanceof PickleGlobal && keywords.size === 0
          ? this.call(callee, args)
          : UnreadObject.called(callee, args),
      build: (object, state) => {
        if (object instanceof UnreadObject) object.state = state
        else this.#readable(() => this.#data.build(object, state))
        return isMade(object) || object instanceof Map ? object : new UnreadObject('an object')
      },
      append: () => {},
      setItems: (object, items) => {
        if (object instanceof UnreadObject) object.setItems(items)
      },
      persistent: (id) => this.#persistent(id),
    }
  }

  call(callee: PickleGlobal, args: readonly TorchValue[]): TorchValue {
    const made = this.#readable(() =>
      Object.hasOwn(CALLS, callee.name)
        ? CALLS[callee.name](args, this)
        : (this.#data.call(callee.name, args) as TorchValue | undefined),
    )
    return made === undefined ? UnreadObject.called(callee, args) : made
  }

  /** What isn't the data that its name promises is left unread like everything else. */
  #readable<V>(read: () => V): V | undefined {
    try {
      return read()
    } catch (error) {
      if (error instanceof NotData) return undefined
      throw error
    }
  }

  /** ('storage', type, key, device, length, view) of tensors, ('module', class, ..) of whole networks. */
  #persistent(id: TorchValue): TorchValue | undefined {
    if (!Array.isArray(id)) return undefined
    const [word, kind, key, , length, view = null] = id
    if (word === 'module') return kind
    if (word !== 'storage' || !(kind instanceof PickleGlobal)) return undefined
    const type = STORAGE_TYPES[kind.name]
    if (type === undefined && typeof key === 'string' && typeof length === 'number')
      this.unread.set(key, { type: kind.name, length })
    if (type === undefined || view !== null) return new UnreadObject(kind.name)
    return typeof key === 'string' && typeof length === 'number' ? this.find(key, type, length) : undefined
  }
}

function tensor([storage, start, shape, strides]: readonly TorchValue[]): StoredTensor | undefined {
  if (!(storage instanceof StorageReference) || typeof start !== 'number') return undefined
  return new StoredTensor(storage, numbers(shape), start, numbers(strides))
}

/** A storage of bytes as one of the elements that a name like 'torch.float32' says. */
function retyped(storage: TorchValue, type: TorchValue): TorchValue {
  const name = type instanceof PickleGlobal ? type.name.replace(/^torch\./, '') : ''
  if (!(storage instanceof StorageReference) || !Object.hasOwn(ELEMENT_SIZES, name)) return null
  const known = name as StoredType
  const length = Math.floor(storage.length / ELEMENT_SIZES[known])
  return new StorageReference(known, length, storage.source, storage.offset)
}

/** What isn't a list of numbers becomes a size that the tensor refuses. */
function numbers(value: TorchValue): number[] {
  return Array.isArray(value) ? value.map((n) => (typeof n === 'number' ? n : Number.NaN)) : [Number.NaN]
}

/** A NumPy array that stands where a tensor may, as one. Its bytes are read when they are asked for, and not kept. */
export function asTensor(value: TorchValue): StoredTensor | undefined {
  if (value instanceof StoredTensor) return value
  if (!(value instanceof NumpyArray) || value.fortranOrder) return undefined
  const [type, bytes] = [NUMPY_TYPES[value.type.descr], value.bytes]
  if (type === undefined || bytes === undefined) return undefined
  const source: ByteSource = {
    name: 'a NumPy array of the checkpoint',
    length: bytes.length,
    read(offset, length) {
      checkRange(source, offset, length)
      return bytes.read().subarray(offset, offset + length)
    },
  }
  return new StoredTensor(new StorageReference(type, value.length, source, () => 0), value.shape)
}

/** A storage of a type that is not read: complex numbers, quantised ones. */
export interface UnreadStorage {
  readonly type: string
  readonly length: number
}

/** @returns what the pickle holds, where it ends, and the storages of types that are not read, by key */
export function readTorchPickle(
  source: ByteSource,
  find: FindStorage,
  offset = 0,
): { value: TorchValue; end: number; unread: ReadonlyMap<string, UnreadStorage> } {
  const reader = new TorchReader(source, find)
  return { ...readPickle(source, { ...reader.options(), offset }), unread: reader.unread }
}
