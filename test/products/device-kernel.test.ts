import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { InputError } from '../../src/errors.js'
import { leakage } from '../../src/metrics/leakage.js'
import { separability } from '../../src/metrics/separability.js'
import { separabilityCounts } from '../../src/metrics/separability-counts.js'
import {
  cosine,
  type FeatureRows,
  featureRows,
  openDeviceKernel,
  openFloatKernel,
  pairsAbove,
  productLoss,
  RowIndex,
} from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

/** The path that a GPU takes, on the processor; blocks are small, so that there are several. */
const device = { ...(await openDeviceKernel('cpu')), blockRows: 16 }
const float = await openFloatKernel()

function randomRows(rows: number, columns: number, seed: number): FeatureRows {
  const data = new Float32Array(rows * columns)
  new RandomStream(seed, 'device rows').fillNormal(data)
  return featureRows({ rows, columns, data }, 'test')
}

/** Rows of which each but the first is nearly `threshold` away from an earlier one: cosines within some last places of it. */
function nearThreshold(rows: number, columns: number, threshold: number, seed: number): FeatureRows {
  const { matrix } = randomRows(rows, columns, seed)
  const { data } = matrix
  const random = new RandomStream(seed, 'near')
  const unit = (row: Float64Array): Float64Array => {
    const norm = Math.hypot(...row)
    return row.map((x) => x / norm)
  }
  for (let row = 1; row < rows; row++) {
    const partner = unit(Float64Array.from(data.subarray(0, columns)))
    const own = Float64Array.from(data.subarray(row * columns, (row + 1) * columns))
    const along = own.reduce((sum, x, k) => sum + x * partner[k], 0)
    const across = unit(own.map((x, k) => x - along * partner[k]))
    const wanted = threshold + (random.nextInt(9) - 4) * 2e-8
    for (let k = 0; k < columns; k++)
      data[row * columns + k] = wanted * partner[k] + Math.sqrt(1 - wanted * wanted) * across[k]
  }
  return featureRows(matrix, 'near')
}

/** float32 with 10 bits of its fraction: the rest is cut off. */
function tf32(x: number): number {
  const bits = new Uint32Array(Float32Array.of(x).buffer)
  bits[0] &= 0xffffe000
  return new Float32Array(bits.buffer)[0]
}

const shape = fc.record({
  rows: fc.integer({ min: 2, max: 40 }),
  columns: fc.integer({ min: 2, max: 40 }),
  threshold: fc.double({ min: -0.6, max: 0.9, noNaN: true }),
  seed: fc.nat(1e6),
})

describe('products on a device', () => {
  test('give the pairs of the definition, those next to the threshold too', async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, columns, threshold, seed }) => {
        const features = nearThreshold(rows, columns, threshold, seed)
        const index = new RowIndex(device)
        index.append(features)
        const found = await pairsAbove(features, index, threshold)
        const expected: [number, number, number][] = []
        for (let i = 0; i < rows; i++)
          for (let j = 0; j < rows; j++) {
            const similarity = cosine(features, i, features, j)
            if (similarity > threshold) expected.push([i, j, similarity])
          }
        const listed = found.map(({ row, column, similarity }) => [row, column, similarity])
        expect(listed.sort(([a, b], [c, d]) => a - c || b - d)).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })

  test('give the results of products here, bit for bit', async () => {
    await fc.assert(
      fc.asyncProperty(shape, async ({ rows, columns, threshold, seed }) => {
        const features = nearThreshold(rows, columns, threshold, seed)
        const options = { thresholds: [threshold, 0.4], uniqueStep: 3 }
        const { products, ...there } = await separability(features, { ...options, kernel: device })
        const { products: _, ...here } = await separability(features, { ...options, kernel: float })
        expect(products).toBe('cpu')
        expect(there).toEqual(here)
        expect(await separabilityCounts(features, { ...options, kernel: device })).toEqual(here.counts)
        const images = randomRows(37, columns, seed + 1)
        const { products: __, ...found } = await leakage([images, features], features, 'images', {
          thresholds: [threshold],
          kernel: device,
        })
        expect(found).toEqual(
          (({ products: ___, ...rest }) => rest)(
            await leakage([images, features], features, 'images', { thresholds: [threshold], kernel: float }),
          ),
        )
      }),
      { numRuns: 25 },
    )
  })

  /** A device that multiplies in TF32, with the loss of a provider. */
  const truncating = (provider: 'cpu' | 'cuda') => ({
    ...device,
    pack(rows: FeatureRows) {
      const packed = device.pack(rows).left
      const numbers = (packed.numbers as Float32Array).map(tf32)
      const residuals = packed.residuals.map(() => (productLoss(provider, packed.columns) ?? 0) / 2)
      return { left: { ...packed, numbers, residuals }, right: { ...packed, numbers, residuals } }
    },
  })

  test('are exact in TF32 with its loss, and would not be with that of float32', async () => {
    const threshold = 0.4
    const features = nearThreshold(400, 64, threshold, 3)
    const pairs = async (kernel: typeof device) => {
      const index = new RowIndex(kernel)
      index.append(features)
      return (await pairsAbove(features, index, threshold)).length
    }
    const exact = await pairs(device)
    expect(await pairs(truncating('cuda'))).toBe(exact)
    expect(await pairs(truncating('cpu'))).toBeLessThan(exact)
  })

  test('a provider whose rounding is not stated is refused', async () => {
    await expect(openDeviceKernel('coreml')).rejects.toThrow(InputError)
  })
})

describe('what a product may lose', () => {
  test('is more than TF32 loses of any product of unit rows, summed in float32', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(1e6), fc.boolean(), (columns, seed, alike) => {
        const rows = randomRows(2, columns, seed)
        const { data } = rows.matrix
        // Of two alike all terms are positive: their losses add up.
        if (alike) data.copyWithin(columns, 0, columns)
        const two = featureRows(rows.matrix, 'two')
        let sum = 0
        for (let k = 0; k < columns; k++) {
          const a = tf32(Math.fround(data[k] * two.inverseNorms[0]))
          const b = tf32(Math.fround(data[columns + k] * two.inverseNorms[1]))
          sum = Math.fround(sum + a * b)
        }
        const lost = Math.abs(sum - cosine(two, 0, two, 1))
        expect(lost).toBeLessThan(productLoss('cuda', columns) ?? 0)
      }),
      { numRuns: 200 },
    )
  })

  test('TF32 comes near to it, and goes beyond the loss of float32: the margin must differ by provider', () => {
    const columns = 16
    // Just below the next number of ten bits, whose distance is largest above a power of two.
    const data = new Float32Array(2 * columns).fill(0.25 * (1 + 2 ** -10 - 2 ** -23))
    const rest = Math.sqrt(1 - (columns - 1) * data[0] ** 2)
    for (const row of [0, 1]) data[row * columns + columns - 1] = rest
    const lost = 1 - data.subarray(0, columns).reduce((sum, x) => sum + tf32(x) ** 2, 0)
    expect(lost).toBeGreaterThan(0.9 * 2 ** -9)
    expect(lost).toBeGreaterThan(productLoss('cpu', columns) ?? 1)
    expect(lost).toBeLessThan(productLoss('cuda', columns) ?? 0)
  })
})
