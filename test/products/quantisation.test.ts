import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cosine, featureRows } from '../../src/products/index.js'
import { quantise, unsignedZero } from '../../src/products/quantisation.js'
import { RandomStream } from '../../src/random/philox.js'

describe.each([7, 8] as const)('%i bits', (bits) => {
  test('the product of the integers is as near to the cosine as the bound says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 70 }),
        fc.nat(),
        fc.constantFrom('normal', 'one large number', 'opposite'),
        (columns, seed, shape) => {
          const data = new Float32Array(2 * columns)
          new RandomStream(seed, 'quantised').fillNormal(data)
          if (shape === 'one large number') data[seed % data.length] *= 1000
          if (shape === 'opposite') for (let k = 0; k < columns; k++) data[columns + k] = -data[k]
          const rows = featureRows({ rows: 2, columns, data }, 'test')
          const { unsigned, signed } = quantise(rows, 2, bits)
          let sum = 0
          for (let k = 0; k < columns; k++)
            sum += (unsigned.integers[k] - unsignedZero(bits)) * signed.integers[columns + k]
          const product = sum * unsigned.steps[0] * signed.steps[1]
          const bound = unsigned.residuals[0] + unsigned.norms[0] * signed.residuals[1]
          expect(Math.abs(product - cosine(rows, 0, rows, 1))).toBeLessThanOrEqual(bound + 1e-6)
        },
      ),
      { numRuns: 300 },
    )
  })

  test('the integers keep to their range', () => {
    const data = Float32Array.of(1e6, 0, 0, 0, 1, -1, 1, -1)
    const { unsigned } = quantise(featureRows({ rows: 2, columns: 4, data }, 'test'), 16, bits)
    expect(Math.min(...unsigned.integers)).toBeGreaterThanOrEqual(1)
    expect(Math.max(...unsigned.integers)).toBeLessThanOrEqual(2 ** bits - 1)
  })
})
