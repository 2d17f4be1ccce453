import { encodeNpy } from '../../../../src/arrays/npy.js'
import { VectorFile } from '../../../../src/generate/vector-file.js'
import type { FuzzedReader } from '../reader.js'
import { ARRAY_WORDS } from './features.js'

export const identityVectors: FuzzedReader = {
  id: 'identity-vectors',
  file: 'vectors.npy',
  seeds: async () => [
    encodeNpy({ type: '<f4', shape: [3, 4], data: Float32Array.from({ length: 12 }, (_, i) => i + 1) }),
  ],
  words: ARRAY_WORDS,
  async read(path) {
    const file = await VectorFile.open(path)
    try {
      await file.fingerprint(file.rows)
    } finally {
      await file.close()
    }
  },
}
