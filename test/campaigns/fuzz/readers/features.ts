import { encodeNpy } from '../../../../src/arrays/npy.js'
import { encodeNpz } from '../../../../src/arrays/npz.js'
import { openFeatureFile } from '../../../../src/features/feature-set.js'
import { encodeFeatureStatistics } from '../../../../src/features/feature-statistics.js'
import { frechetDistance } from '../../../../src/metrics/frechet.js'
import type { FuzzedReader } from '../reader.js'

const numbers = Float32Array.from({ length: 12 }, (_, i) => Math.sin(i + 1))
const npy = encodeNpy({ type: '<f4', shape: [4, 3], data: numbers })
const covariance = { rows: 2, columns: 2, data: Float64Array.of(2, 0.5, 0.5, 1) }

export const ARRAY_WORDS = [
  ..."'descr': |'<f8'|'<f2'|'>f4'|'|O'|'<U9'|'shape': |(4, 3), |(-1, 3), |(99999999, 99999999), |True|((((".split(
    '|',
  ),
  '\x93NUMPY\x03\x00',
  'mu.npy',
]

export const features: FuzzedReader = {
  id: 'features',
  file: 'features.npy',
  seeds: async () => [
    npy,
    encodeNpy({ type: '<f8', shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) }),
    encodeNpz({ features: { type: '<f4', shape: [4, 3], data: numbers } }),
    Buffer.from('a,b,c\n1,2,3\n4.5,-6e3,7\n'),
    Buffer.from('1.5 2 3\n4 5 6\n'),
    Buffer.from('name;x;y\nfirst;1.5;2\nsecond;3.5;4\n'),
  ],
  words: [...ARRAY_WORDS, '1:2.5', ';', '# ', '"', '1,5', 'nan', 'inf', '\ufeff', '\xff\xfe'],
  async read(path) {
    const set = await openFeatureFile(path)
    await set.features()
    await set.statistics()
  },
}

export const featureStatistics: FuzzedReader = {
  id: 'feature-statistics',
  file: 'statistics.npz',
  seeds: async () => [encodeFeatureStatistics({ images: 10, mean: Float64Array.of(1, 2), covariance })],
  words: [...ARRAY_WORDS, 'sigma.npy', 'scatter.npy', 'PK\x03\x04', 'PK\x01\x02', 'PK\x05\x06'],
  async read(path) {
    const statistics = await (await openFeatureFile(path)).statistics()
    await frechetDistance(statistics, statistics)
  },
}
