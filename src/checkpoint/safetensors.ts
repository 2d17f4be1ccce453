import { z } from 'zod'
import { ELEMENT_SIZES, type StoredType } from '../arrays/element-types.js'
import type { ByteSource } from '../bytes/byte-source.js'
import { InputError } from '../errors.js'
import { parseJson } from '../json.js'
import { RAISE, raised } from '../limits.js'
import { StoredTensor } from './stored-tensor.js'

const TYPES: Readonly<Record<string, StoredType>> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
}
/** In bytes: some 100,000 tensors. What it makes takes fifty times as much memory. */
const LONGEST_HEADER = 10_000_000
const MOST_DIMENSIONS = 64

const header = z.record(
  z.string(),
  z.union([
    z.object({
      dtype: z.enum(Object.keys(TYPES)),
      shape: z.array(z.int().nonnegative()).max(MOST_DIMENSIONS),
      data_offsets: z.tuple([z.int().nonnegative(), z.int().nonnegative()]),
    }),
    z.record(z.string(), z.string()),
  ]),
)

/** Whether the bytes begin as a safetensors file does: the header's length, then JSON. */
export function isSafetensors(head: Uint8Array): boolean {
  return head.length > 9 && head[8] === 0x7b && head[6] === 0 && head[7] === 0
}

/** Reads the header of a safetensors file; its tensors are read when they are asked for. @throws InputError */
export function readSafetensors(source: ByteSource): Map<string, StoredTensor> {
  const length = Number(Buffer.from(source.read(0, 8)).readBigUInt64LE(0))
  if (length > raised(LONGEST_HEADER)) {
    throw new InputError(
      `a header of ${length} bytes, where at most ${raised(LONGEST_HEADER)} are read`,
      source.name,
      ['download it again', RAISE],
    )
  }
  const start = 8 + length
  let parsed: z.output<typeof header>
  try {
    parsed = header.parse(parseJson(Buffer.from(source.read(8, length)).toString()))
  } catch (error) {
    if (error instanceof InputError) throw error
    throw new InputError(
      'the header of this safetensors file is not understood',
      source.name,
      'download it again',
      {
        cause: error,
      },
    )
  }
  const tensors = new Map<string, StoredTensor>()
  for (const [name, entry] of Object.entries(parsed)) {
    if (name === '__metadata__') continue
    const { dtype, shape, data_offsets } = entry
    if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(data_offsets)) continue
    const type = TYPES[dtype]
    const [from, to] = data_offsets
    const offset = start + from
    if (to < from || start + to > source.length) {
      throw new InputError(
        `the tensor '${name}' lies outside the file (bytes ${offset} to ${start + to} of ${source.length})`,
        source.name,
        'download it again',
      )
    }
    const storage = { type, length: (to - from) / ELEMENT_SIZES[type], offset: () => offset, source }
    tensors.set(name, new StoredTensor(storage, shape))
  }
  return tensors
}
