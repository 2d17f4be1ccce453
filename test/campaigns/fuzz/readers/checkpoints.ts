import { strToU8, zipSync } from 'fflate'
import { openCheckpoint } from '../../../../src/checkpoint/checkpoint.js'
import { findNetworks } from '../../../../src/checkpoint/find-networks.js'
import type { FuzzedReader } from '../reader.js'
import { PICKLE_WORDS } from './pickle.js'

const SIGNS = new Map([
  ['one', ['w', 'b.n']],
  ['other', ['n']],
])

const latin = (text: string): Uint8Array => Buffer.from(text, 'latin1')

/** An OrderedDict of one tensor of two floats in storage '0', beside an optimiser's settings. */
const objects = (storage: string): string =>
  `\x80\x02}q\x00(X\x05\x00\x00\x00modelccollections\nOrderedDict\n)R(X\x01\x00\x00\x00wctorch._utils\n_rebuild_tensor_v2\n((X\x07\x00\x00\x00storagectorch\n${storage}\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpuK\x02tQK\x00K\x02\x85K\x01\x85\x89ccollections\nOrderedDict\n)RtRuX\x02\x00\x00\x00lrG?\xb9\x99\x99\x99\x99\x99\x9aX\x04\x00\x00\x00argscargparse\nNamespace\n)R}X\x01\x00\x00\x00aK\x01sbu.`

const legacy = latin(
  `\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}X\x0d\x00\x00\x00little_endian\x88s.${objects('FloatStorage')}\x80\x02]X\x01\x00\x00\x000a.\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x80\x3f\x00\x00\x00\x40`,
)

const zip = (storage: string, bytes: number): Uint8Array =>
  zipSync(
    {
      'net/data.pkl': latin(objects(storage)),
      'net/byteorder': strToU8('little'),
      'net/data/0': new Uint8Array(bytes).fill(60),
      'net/version': strToU8('3\n'),
    },
    { level: 0 },
  )

function safetensors(): Uint8Array {
  const header = strToU8(
    JSON.stringify({
      __metadata__: { format: 'pt' },
      w: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      'b.n': { dtype: 'BF16', shape: [1, 2], data_offsets: [8, 12] },
    }),
  )
  const size = Buffer.alloc(8)
  size.writeBigUInt64LE(BigInt(header.length))
  return Buffer.concat([size, header, new Uint8Array(12).fill(60)])
}

async function read(path: string): Promise<void> {
  const checkpoint = openCheckpoint(path)
  try {
    for (const tensors of checkpoint.stateDicts.values())
      for (const tensor of tensors.values()) tensor.readFloat32()
    findNetworks(checkpoint, SIGNS)
  } finally {
    checkpoint.close()
  }
}

const words = [
  ...PICKLE_WORDS,
  'PK\x03\x04',
  'PK\x01\x02',
  'PK\x05\x06',
  'PK\x06\x06',
  'HalfStorage',
  'data/0',
].map((word) => (typeof word === 'string' ? latin(word) : word))

export const torchArchive: FuzzedReader = {
  id: 'torch-archive',
  file: 'net.pth',
  seeds: async () => [zip('FloatStorage', 8), zip('BFloat16Storage', 4)],
  words,
  read,
}

export const torchLegacy: FuzzedReader = {
  id: 'torch-legacy',
  file: 'old.pth',
  seeds: async () => [legacy],
  words,
  read,
}

export const safetensorsFile: FuzzedReader = {
  id: 'safetensors',
  file: 'net.safetensors',
  seeds: async () => [safetensors()],
  words: ['"dtype":"F64"', '"shape":[', '"data_offsets":[0,9007199254740993]', '{', '[', ',', '-', '"'],
  read,
}
