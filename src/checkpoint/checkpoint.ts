import { KIND_BYTES, wrappedFile } from '../arrays/foreign-files.js'
import { type ByteSource, FileSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { NamedTensors, type Unread } from './named-tensors.js'
import { isSafetensors, readSafetensors } from './safetensors.js'
import type { StateDict } from './stored-tensor.js'
import { isLegacyTorch, readLegacyTorch } from './torch-legacy.js'
import type { TorchValue } from './torch-pickle.js'
import { isZip, readTorchZip } from './torch-zip.js'

/** The sets of named tensors that a checkpoint holds, by where they stand in it ('' for the checkpoint itself). */
export interface Checkpoint {
  readonly path: string
  readonly format: 'PyTorch' | 'PyTorch before 1.6' | 'safetensors'
  readonly stateDicts: ReadonlyMap<string, StateDict>
  /** what it keeps beside them and that was left unread; nothing of it was run */
  readonly unread: readonly Unread[]
  close(): void
}

/**
 * Opens a checkpoint, whatever its format; told from its content. Weights stay in the file until they are read. Objects
 * beside them are left unread, and nothing is run.
 * @throws InputError where it is none, is damaged, or holds no tensors
 */
export function openCheckpoint(path: string): Checkpoint {
  const source = new FileSource(path)
  try {
    const { format, value } = readAny(source)
    const { stateDicts, unread } = new NamedTensors(value)
    if (stateDicts.size === 0) {
      const [first] = unread
      throw new InputError(
        first === undefined
          ? 'holds no named tensors'
          : `holds no named tensors; it names '${first.name}', which is not read here, and nothing was run`,
        path,
        'save the state_dict of the model: torch.save(model.state_dict(), ..)',
      )
    }
    return { path, format, stateDicts, unread, close: () => source.close() }
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
  const start = Buffer.from(source.read(0, Math.min(source.length, KIND_BYTES)))
  const wrapped = wrappedFile(start, source.name)
  if (wrapped !== undefined) throw new InputError(wrapped.what, source.name, wrapped.remedy)
  throw new InputError(
    source.length === 0 ? 'the file is empty' : 'not a checkpoint (PyTorch or safetensors)',
    source.name,
    'name a .pth, .pt, .ckpt or .safetensors file, or download it again',
  )
}
