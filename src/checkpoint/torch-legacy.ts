import { ELEMENT_SIZES } from '../arrays/element-types.js'
import { type ByteSource, checkRange } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { readPickle } from '../pickle/read-pickle.js'
import { readTorchPickle, StorageReference, type TorchValue } from './torch-pickle.js'

const MAGIC = 0x1950a86a20f9469cfc6cn
const PROTOCOL = 1001
/** the magic number as a pickle of protocol 2: PROTO 2, LONG1 of 10 bytes */
const HEAD = [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]

/** Bytes of the elements of types that are not read, but lie between those that are. */
const UNREAD_SIZES: Readonly<Record<string, number>> = {
  'torch.ComplexFloatStorage': 8,
  'torch.ComplexDoubleStorage': 16,
  'torch.QInt8Storage': 1,
  'torch.QUInt8Storage': 1,
  'torch.QInt32Storage': 4,
}

/** Whether the bytes begin as `torch.save` wrote before PyTorch 1.6. */
export function isLegacyTorch(head: Uint8Array): boolean {
  return HEAD.every((byte, i) => head[i] === byte)
}

/**
 * Reads a checkpoint of `torch.save` before PyTorch 1.6: four pickles (a magic number, a version, the machine, the
 * objects), a pickled list of storage keys, and the storages one after another, each after its length.
 * @throws InputError
 */
export function readLegacyTorch(source: ByteSource): TorchValue {
  const magic = readPickle(source)
  const version = readPickle(source, { offset: magic.end })
  const machine = readPickle(source, { offset: version.end })
  if (magic.value !== MAGIC || version.value !== PROTOCOL || !(machine.value instanceof Map)) {
    throw new InputError('not a checkpoint of torch.save', source.name, 'name another file')
  }
  if (machine.value.get('little_endian') === false) {
    throw new InputError('written on a big-endian machine', source.name, 'save it again on another machine')
  }
  const storages = new Map<string, StorageReference>()
  const offsets = new Map<string, number>()
  const objects = readTorchPickle(
    source,
    (key, type, length) => {
      const known = storages.get(key)
      if (known !== undefined) return known
      const storage = new StorageReference(type, length, source, () => offsets.get(key) ?? source.length)
      storages.set(key, storage)
      return storage
    },
    machine.end,
  )
  const keys = readPickle(source, { offset: objects.end })
  let at = keys.end
  for (const key of Array.isArray(keys.value) ? keys.value : []) {
    if (typeof key !== 'string') throw misfit(source)
    const storage = storages.get(key)
    const stored = storage ?? objects.unread.get(key)
    if (stored === undefined) throw misfit(source)
    const length = Number(Buffer.from(source.read(at, 8)).readBigInt64LE(0))
    if (length !== stored.length) {
      throw new InputError(
        `the storage '${key}' has ${length} numbers, its tensors say ${stored.length}`,
        source.name,
        'download it again',
      )
    }
    const bytes =
      length * (storage === undefined ? unreadSize(stored.type, source) : ELEMENT_SIZES[storage.type])
    checkRange(source, at + 8, bytes)
    if (storage !== undefined) offsets.set(key, at + 8)
    at += 8 + bytes
  }
  if (offsets.size !== storages.size) {
    throw new InputError('some storages are missing', source.name, 'download it again')
  }
  return objects.value
}

function misfit(source: ByteSource): InputError {
  return new InputError('its list of storages does not fit its tensors', source.name, 'download it again')
}

/** Bytes of an element of a type that is stepped over. @throws InputError that names a type whose size is not known */
function unreadSize(type: string, source: ByteSource): number {
  if (Object.hasOwn(UNREAD_SIZES, type)) return UNREAD_SIZES[type]
  throw new InputError(
    `holds a storage of type '${type}', which is not read here`,
    source.name,
    'save it again with PyTorch 1.6 or newer',
  )
}
