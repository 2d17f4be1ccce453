import type { StoredType } from '../arrays/element-types.js'
import type { ByteSource } from '../bytes/byte-source.js'
import { type PickleOptions, readPickle } from '../pickle/read-pickle.js'
import { PickleGlobal, type PickleValue } from '../pickle/values.js'
import { type Storage, StoredTensor } from './stored-tensor.js'

/** An object of a class that is no tensor and no container: only its name is kept. */
export class OpaqueObject {
  constructor(readonly name: string) {}
}

/** The data of a storage, before its place in the file is known. */
export class StorageReference implements Storage {
  constructor(
    readonly type: StoredType,
    readonly length: number,
    readonly source: ByteSource,
    readonly offset: () => number,
  ) {}
}

export type TorchValue = PickleValue<StoredTensor | StorageReference | OpaqueObject>

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

const DICTIONARIES = [
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  'easydict.EasyDict',
]
const TENSOR = ['torch._utils._rebuild_tensor_v2', 'torch._utils._rebuild_tensor']
const PARAMETER = ['torch._utils._rebuild_parameter', 'torch.nn.parameter.Parameter']

/** What else training scripts keep beside the weights: settings and scalars, which are stepped over. */
const SETTINGS = [
  'argparse.Namespace',
  'pathlib.PosixPath',
  'pathlib.WindowsPath',
  'numpy.dtype',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  'numpy.core.multiarray._reconstruct',
  'numpy._core.multiarray._reconstruct',
  'numpy.ndarray',
  'torch.Size',
  'torch.device',
  '_codecs.encode',
  'copyreg._reconstructor',
  'copy_reg._reconstructor',
  'builtins.object',
  '__builtin__.object',
  'builtins.set',
  '__builtin__.set',
  'builtins.dict',
  '__builtin__.dict',
  'builtins.int',
  'builtins.float',
  'builtins.complex',
]
const TORCH_TYPE = /^torch\.(float|double|half|bfloat|int|uint|long|short|bool)\d*$/

const READABLE = new Set([
  ...Object.keys(STORAGE_TYPES),
  ...DICTIONARIES,
  ...TENSOR,
  ...PARAMETER,
  ...SETTINGS,
])

/** Finds the bytes of a storage by its key. */
export type FindStorage = (key: string, type: StoredType, length: number) => StorageReference

/** How the pickle of a checkpoint is read: tensors and containers by name, everything else as its name only. */
export function torchPickle(
  find: FindStorage,
): PickleOptions<StoredTensor | StorageReference | OpaqueObject> {
  return {
    global: ({ name }) => READABLE.has(name) || TORCH_TYPE.test(name),
    reduce: ({ name }, args) => {
      if (DICTIONARIES.includes(name)) return new Map()
      if (TENSOR.includes(name)) return tensor(args)
      if (PARAMETER.includes(name)) return args[0]
      return new OpaqueObject(name)
    },
    // The attributes of a dictionary (`_metadata`) and of settings say nothing about weights.
    build: (object) => (object instanceof Map || object instanceof OpaqueObject ? object : undefined),
    persistent: (id) => {
      if (!Array.isArray(id) || id[0] !== 'storage') return undefined
      const [, kind, key, , length] = id
      const type = kind instanceof PickleGlobal ? STORAGE_TYPES[kind.name] : undefined
      if (type === undefined || typeof key !== 'string' || typeof length !== 'number') return undefined
      return find(key, type, length)
    },
  }
}

function tensor([storage, start, shape, strides]: TorchValue[]): StoredTensor | undefined {
  if (!(storage instanceof StorageReference) || typeof start !== 'number') return undefined
  return new StoredTensor(storage, numbers(shape), start, numbers(strides))
}

/** What isn't a list of numbers becomes a size that the tensor refuses. */
function numbers(value: TorchValue): number[] {
  return Array.isArray(value) ? value.map((n) => (typeof n === 'number' ? n : Number.NaN)) : [Number.NaN]
}

export function readTorchPickle(
  source: ByteSource,
  find: FindStorage,
  offset = 0,
): { value: TorchValue; end: number } {
  return readPickle(source, { ...torchPickle(find), offset })
}
