import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type FeatureRows,
  featureRows,
  openFloatKernel,
  openIntegerKernel,
  pairsAbove,
  RowIndex,
  searchOwnPairs,
} from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

/** The definition, pair by pair, in float64. */
function cosineByDefinition(a: FeatureRows, i: number, b: FeatureRows, j: number): number {
  const { columns } = a.matrix
  let dot = 0
  let left = 0
  let right = 0
  for (let k = 0; k < columns; k++) {
    const x = a.matrix.data[i * columns + k]
    const y = b.matrix.data[j * columns + k]
    dot += x * y
    left += x * x
    right += y * y
  }
  return dot / Math.sqrt(left * right)
}

function randomRows(rows: number, columns: number, seed: number): FeatureRows {
  const data = new Float32Array(rows * columns)
  new RandomStream(seed, 'test rows').fillNormal(data)
  return featureRows({ rows, columns, data }, 'test')
}

const kernels = [await openIntegerKernel(), await openFloatKernel()]

describe.each(kernels.map((kernel) => [kernel.name, kernel] as const))(
  'pairs above a threshold, %s products',
  (_, kernel) => {
    test('are those of the definition, whatever the sizes', async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.record({
            left: fc.integer({ min: 1, max: 40 }),
            right: fc.integer({ min: 1, max: 40 }),
            columns: fc.integer({ min: 1, max: 33 }),
            threshold: fc.double({ min: -0.9, max: 0.9, noNaN: true }),
            seed: fc.nat(),
          }),
          async ({ left, right, columns, threshold, seed }) => {
            const a = randomRows(left, columns, seed)
            const b = randomRows(right, columns, seed + 1)
            const index = new RowIndex(kernel)
            index.append(b)
            const found = await pairsAbove(a, index, threshold)
            const keys = found.map(({ row, column }) => row * right + column).sort((x, y) => x - y)
            const expected: number[] = []
            for (let i = 0; i < left; i++)
              for (let j = 0; j < right; j++)
                if (cosineByDefinition(a, i, b, j) > threshold) expected.push(i * right + j)
            expect(keys).toEqual(expected)
            for (const { row, column, similarity } of found)
              expect(similarity).toBeCloseTo(cosineByDefinition(a, row, b, column), 12)
          },
        ),
        { numRuns: 60 },
      )
    })

    test('are found across blocks of rows and in rows appended later', async () => {
      const a = randomRows(2100, 64, 5)
      const b = randomRows(4200, 64, 6)
      for (const [i, j] of [
        [0, 0],
        [2099, 4199],
        [2048, 2047],
        [7, 2048],
      ]) {
        for (let k = 0; k < 64; k++) b.matrix.data[j * 64 + k] = 2 * a.matrix.data[i * 64 + k]
      }
      const matrix = b.matrix
      const index = new RowIndex(kernel)
      const half = { rows: 2500, columns: 64, data: matrix.data.subarray(0, 2500 * 64) }
      const rest = { rows: 1700, columns: 64, data: matrix.data.subarray(2500 * 64) }
      index.append(featureRows(half, 'first'))
      index.append(featureRows(rest, 'second'))
      const pairs = await pairsAbove(a, index, 0.99)
      expect(pairs.map(({ row, column }) => [row, column]).sort(([x], [y]) => x - y)).toEqual([
        [0, 0],
        [7, 2048],
        [2048, 2047],
        [2099, 4199],
      ])
      for (const { similarity } of pairs) expect(similarity).toBeCloseTo(1, 12)
    })

    test('of one index are visited once each, the earlier row first', async () => {
      const rows = randomRows(2300, 16, 9)
      const index = new RowIndex(kernel)
      index.append(rows)
      const needs = new Float64Array(2300).fill(0.85)
      const seen: string[] = []
      await searchOwnPairs(index, { rows: needs, columns: needs }, (i, j, similarity) => {
        if (similarity >= 0.85) seen.push(`${i} ${j}`)
      })
      const expected: string[] = []
      for (let i = 0; i < 2300; i++)
        for (let j = i + 1; j < 2300; j++)
          if (cosineByDefinition(rows, i, rows, j) >= 0.85) expected.push(`${i} ${j}`)
      expect(expected.length).toBeGreaterThan(10)
      expect(seen.sort()).toEqual(expected.sort())
    })
  },
)
