import { ELEMENT_SIZES } from '../arrays/element-types.js'
import type { ByteSource } from '../bytes/byte-source.js'
import { MemorySource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { readTorchPickle, StorageReference, type TorchValue } from './torch-pickle.js'
import { readZipDirectory, storedFile } from './zip-directory.js'

/** Whether the bytes begin as a zip archive does. */
export function isZip(head: Uint8Array): boolean {
  return head.length >= 4 && head[0] === 0x50 && head[1] === 0x4b && head[2] === 3 && head[3] === 4
}

/**
 * Reads a checkpoint of `torch.save` since PyTorch 1.6: an archive of one pickle (`NAME/data.pkl`) and one file for
 * each storage (`NAME/data/KEY`).
 * @throws InputError
 */
export function readTorchZip(source: ByteSource): TorchValue {
  const files = readZipDirectory(source)
  const pickle = [...files.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name))
  const entry = pickle === undefined ? undefined : storedFile(files, pickle, source.name)
  if (pickle === undefined || entry === undefined) {
    throw new InputError(
      'an archive without data.pkl: no checkpoint of torch.save',
      source.name,
      'unpack it, or name the checkpoint itself',
    )
  }
  const folder = pickle.slice(0, -'data.pkl'.length)
  const order = storedFile(files, `${folder}byteorder`, source.name)
  if (
    order !== undefined &&
    Buffer.from(source.read(order.offset, Math.min(order.length, 8))).toString() === 'big'
  ) {
    throw new InputError('written on a big-endian machine', source.name, 'save it again on another machine')
  }
  const content = new MemorySource(source.read(entry.offset, entry.length), source.name)
  return readTorchPickle(content, (key, type, length) => {
    const file = storedFile(files, `${folder}data/${key}`, source.name)
    const bytes = length * ELEMENT_SIZES[type]
    if (file === undefined || file.length < bytes) {
      throw new InputError(
        `the storage '${key}' of ${bytes} bytes is ${file === undefined ? 'missing' : `cut to ${file.length}`}`,
        source.name,
        'download it again',
      )
    }
    return new StorageReference(type, length, source, () => file.offset)
  }).value
}
