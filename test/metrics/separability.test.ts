import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.js'
import { productOfRows } from '../../src/linear-algebra/products.js'
import { type Separability, separability } from '../../src/metrics/separability.js'
import { separabilityCounts } from '../../src/metrics/separability-counts.js'
import {
  type FeatureRows,
  fastestKernel,
  featureRows,
  openFloatKernel,
  openIntegerKernel,
} from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

/** The definitions word for word, on the float64 products of all pairs. */
async function byDefinition(features: FeatureRows, thresholds: readonly number[], step: number) {
  const { rows, columns, data } = features.matrix
  const units = Float64Array.from(data, (x, at) => x * features.inverseNorms[Math.floor(at / columns)])
  const highest = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY)
  const nearest = new Int32Array(rows)
  const earlier = new Float64Array(rows).fill(Number.NEGATIVE_INFINITY)
  let sum = 0
  let squares = 0
  for (let start = 0; start < rows; start += 500) {
    const count = Math.min(500, rows - start)
    const block = { rows: count, columns, data: units.subarray(start * columns, (start + count) * columns) }
    const { data: products } = await productOfRows(block, { rows, columns, data: units })
    for (let i = start; i < start + count; i++) {
      for (let j = 0; j < rows; j++) {
        if (i === j) continue
        const similarity = products[(i - start) * rows + j]
        sum += similarity
        squares += similarity * similarity
        if (similarity > highest[i]) {
          highest[i] = similarity
          nearest[i] = j
        }
        if (j < i && similarity > earlier[i]) earlier[i] = similarity
      }
    }
  }
  const pairs = rows * (rows - 1)
  const counts = thresholds.map((threshold) => ({
    threshold,
    separable: highest.filter((similarity) => similarity < threshold).length,
    unique: Array.from({ length: Math.ceil(rows / step) }, (_, k) => Math.min(rows, (k + 1) * step)).map(
      (n) => ({ n, count: earlier.subarray(0, n).filter((similarity) => !(similarity > threshold)).length }),
    ),
  }))
  const mean = sum / pairs
  return { counts, highest, nearest, mean, deviation: Math.sqrt(squares / pairs - mean * mean) }
}

async function expectExact(features: FeatureRows, found: Separability, thresholds: readonly number[]) {
  const expected = await byDefinition(features, thresholds, 1000)
  expect(found.counts).toEqual(expected.counts)
  expect(await separabilityCounts(features, { thresholds })).toEqual(expected.counts)
  expect(found.nearest).toEqual(expected.nearest)
  let worst = 0
  for (const [i, similarity] of expected.highest.entries())
    worst = Math.max(worst, Math.abs(similarity - found.highest[i]))
  expect(worst).toBeLessThan(1e-12)
  expect(found.meanSimilarity).toBeCloseTo(expected.mean, 12)
  expect(found.similarityDeviation).toBeCloseTo(expected.deviation, 10)
}

function normals(rows: number, columns: number, seed: number): Float32Array {
  const data = new Float32Array(rows * columns)
  new RandomStream(seed, 'separability test').fillNormal(data)
  return data
}

type Shape = (rows: number, columns: number, seed: number) => Float32Array

/** Sets of features by what makes them hard. */
const SHAPES: Record<string, Shape> = {
  'independent identities': normals,
  /** 20 to a centre, at similarities from 0.1 to 0.9 */
  'clusters of identities': (rows, columns, seed) => {
    const data = normals(rows, columns, seed)
    for (let i = 20; i < rows; i++) {
      const weight = 0.3 + ((i * 7) % 11) / 5
      for (let k = 0; k < columns; k++) data[i * columns + k] += weight * data[(i % 20) * columns + k]
    }
    return data
  },
  /** every second identity is at 0.4 +- 1e-4 to the one before it */
  'hundreds of pairs within 1e-4 of the threshold': (rows, columns, seed) => {
    const data = normals(rows, columns, seed)
    const offset = new RandomStream(seed, 'offset')
    for (let i = 1; i < rows; i += 2) {
      const a = data.subarray((i - 1) * columns, i * columns)
      const b = data.subarray(i * columns, (i + 1) * columns)
      let aa = 0
      let ab = 0
      for (let k = 0; k < columns; k++) {
        aa += a[k] * a[k]
        ab += a[k] * b[k]
      }
      let bb = 0
      for (let k = 0; k < columns; k++) {
        b[k] -= (ab / aa) * a[k]
        bb += b[k] * b[k]
      }
      const target = 0.4 + (offset.next() - 0.5) * 2e-4
      const along = target / Math.sqrt(aa)
      const across = Math.sqrt((1 - target * target) / bb)
      for (let k = 0; k < columns; k++) b[k] = along * a[k] + across * b[k]
    }
    return data
  },
  /** strong common directions, one sign, mostly zeros: what integers suit least */
  'few strong directions': (rows, columns, seed) => {
    const data = normals(rows, columns, seed)
    for (let at = 0; at < data.length; at++) {
      const k = at % columns
      data[at] = k < 8 ? 3 + data[at] : Math.max(0, data[at] - 1.5)
    }
    return data
  },
}

describe('separability equals the definition in float64', () => {
  const sets = Object.keys(SHAPES).flatMap((shape) => [1, 2].map((seed) => [shape, seed] as const))
  test.each(sets)('5,000 identities: %s, set %i', async (shape, seed) => {
    const columns = seed === 1 && shape.startsWith('hundreds') ? 512 : 64
    const features = featureRows({ rows: 5000, columns, data: SHAPES[shape](5000, columns, seed) }, shape)
    const thresholds = [0.4, 0.3, 0.6]
    const found = await separability(features, { thresholds })
    await expectExact(features, found, thresholds)
  })

  test.each([['integer'], ['float']])('with %s products', async (name) => {
    const kernel = await (name === 'integer' ? openIntegerKernel() : openFloatKernel())
    const columns = 100
    const data = SHAPES['clusters of identities'](3000, columns, 8)
    const features = featureRows({ rows: 3000, columns, data }, name)
    const found = await separability(features, { kernel })
    expect(found.products).toBe(name)
    await expectExact(features, found, [0.4])
  })

  test('the pairs that sit at the threshold are there to be told apart', async () => {
    const data = SHAPES['hundreds of pairs within 1e-4 of the threshold'](5000, 512, 1)
    const features = featureRows({ rows: 5000, columns: 512, data }, 'test')
    const { highest } = await separability(features)
    expect(highest.filter((similarity) => Math.abs(similarity - 0.4) < 1e-4).length).toBeGreaterThan(4000)
  })
})

describe('separability of sets small enough to do by hand', () => {
  const features = (rows: number[][]): FeatureRows =>
    featureRows(
      { rows: rows.length, columns: rows[0].length, data: Float32Array.from(rows.flat()) },
      'hand.npy',
    )

  test('counts an identity below the threshold as separable, and the first of two alike as unique', async () => {
    // cosines: 0-1 0.8, 0-2 0.6, 1-2 0.96, 3 is at a right angle to all
    const found = await separability(
      features([
        [1, 0, 0],
        [4, 3, 0],
        [3, 4, 0],
        [0, 0, 2],
      ]),
      {
        thresholds: [0.7, 0.9],
        uniqueStep: 2,
      },
    )
    expect(found.counts).toEqual([
      {
        threshold: 0.7,
        separable: 1,
        unique: [
          { n: 2, count: 1 },
          { n: 4, count: 2 },
        ],
      },
      {
        threshold: 0.9,
        separable: 2,
        unique: [
          { n: 2, count: 2 },
          { n: 4, count: 3 },
        ],
      },
    ])
    expect([...found.nearest]).toEqual([1, 2, 1, 0])
    expect(found.meanSimilarity).toBeCloseTo((0.8 + 0.6 + 0.96) / 6, 12)
  })

  test('names the first of several equally near ones', async () => {
    const { nearest } = await separability(
      features([
        [1, 0],
        [1, 0],
        [2, 0],
        [0, 1],
      ]),
    )
    expect([...nearest]).toEqual([1, 0, 0, 0])
  })

  test('works where every similarity is negative', async () => {
    const { highest, nearest } = await separability(
      features([
        [1, 0],
        [-1, 0],
      ]),
    )
    expect([...highest]).toEqual([-1, -1])
    expect([...nearest]).toEqual([1, 0])
  })

  test('tells what is wrong with the input', async () => {
    await expect(separability(features([[1, 2]]))).rejects.toThrow(/there is one; give the features of two/)
    await expect(
      separability(
        features([
          [1, 2],
          [2, 1],
        ]),
        { thresholds: [40] },
      ),
    ).rejects.toThrow(/40 is no cosine similarity/)
    expect(() =>
      features([
        [1, 2],
        [0, 0],
      ]),
    ).toThrow('hand.npy: row 1 (counted from 0) is all zero')
    expect(() =>
      features([
        [1, 2],
        [1, 1],
        [Number.NaN, 0],
      ]),
    ).toThrow('hand.npy: row 2 (counted from 0) holds NaN or infinity')
    expect(() => features([[], []])).toThrow(InputError)
  })
})

test('every machine gets a kernel', async () => {
  expect(['integer', 'float']).toContain((await fastestKernel()).name)
})
