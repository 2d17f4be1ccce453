import { type ByteSource, FileSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { isSafetensors, readSafetensors } from './safetensors.js'
import { type StateDict, StoredTensor } from './stored-tensor.js'
import { isLegacyTorch, readLegacyTorch } from './torch-legacy.js'
import type { TorchValue } from './torch-pickle.js'
import { isZip, readTorchZip } from './torch-zip.js'

/** The sets of named tensors that a checkpoint holds, by where they stand in it ('' for the checkpoint itself). */
export interface Checkpoint {
  readonly path: string
  readonly format: 'PyTorch' | 'PyTorch before 1.6' | 'safetensors'
  readonly stateDicts: ReadonlyMap<string, StateDict>
  close(): void
}

const DEEPEST = 4

/**
 * Opens a checkpoint, whatever its format; told from its content. Weights stay in the file until they are read.
 * @throws InputError where it is none, damaged, or wants code run
 */
export function openCheckpoint(path: string): Checkpoint {
  const source = new FileSource(path)
  try {
    const { format, value } = readAny(source)
    const stateDicts = new Map<string, StateDict>()
    collect(value, '', stateDicts)
    if (stateDicts.size === 0) {
      throw new InputError('holds no named tensors', path, 'save the state_dict of the model')
    }
    return { path, format, stateDicts, close: () => source.close() }
  } catch (error) {
    source.close()
    throw error
  }
}

function readAny(source: ByteSource): { format: Checkpoint['format']; value: TorchValue } {
  const head = source.read(0, Math.min(source.length, 16))
  if (isZip(head)) return { format: 'PyTorch', value: readTorchZip(source) }
  if (isLegacyTorch(head)) return { format: 'PyTorch before 1.6', value: readLegacyTorch(source) }
  if (isSafetensors(head)) return { format: 'safetensors', value: readSafetensors(source) }
  throw new InputError(
    source.length === 0 ? 'the file is empty' : 'not a checkpoint (PyTorch or safetensors)',
    source.name,
    'name a .pth, .pt, .ckpt or .safetensors file, or download it again',
  )
}

/** A dictionary whose keys are all names and that has tensors is a state dict; an optimiser's keys are numbers. */
function collect(
  value: TorchValue,
  place: string,
  into: Map<string, StateDict>,
  seen = new Set<TorchValue>(),
  depth = 0,
): void {
  if (!(value instanceof Map) || depth > DEEPEST || seen.has(value)) return
  seen.add(value)
  const tensors = new Map<string, StoredTensor>()
  for (const [key, item] of value) {
    if (typeof key !== 'string') return
    if (item instanceof StoredTensor) tensors.set(key, item)
    else collect(item, place === '' ? key : `${place}.${key}`, into, seen, depth + 1)
  }
  if (tensors.size > 0) into.set(place, tensors)
}
