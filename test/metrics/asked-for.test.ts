import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { countReached, countTurned, nearVectors } from '../../src/metrics/asked-for.js'
import { featureRows } from '../../src/products/index.js'

const rows = (columns: number, ...numbers: number[]) =>
  featureRows({ rows: numbers.length / columns, columns, data: Float32Array.from(numbers) }, 'rows')

describe('images and the vectors that they were made of', () => {
  it('are compared by the cosine with their own vector, in float64, whatever the lengths', async () => {
    const vectors = rows(2, 5, 0, 0, 1)
    // Cosines with their own: 1, 0.6, 0.8, 0.
    const features = rows(2, 2, 0, 3, 4, 3, 4, 7, 0)
    const found = await nearVectors([{ features, labels: [0, 0, 1, 1] }], vectors, 0.7, 'here')
    expect(found.images).toBe(4)
    expect(found.near).toBe(2)
    expect(found.similarity.mean).toBeCloseTo((1 + 0.6 + 0.8 + 0) / 4, 12)
    expect([...found.similarity.means]).toEqual([expect.closeTo(0.8, 12), expect.closeTo(0.4, 12)])
  })

  it('may come in any pieces', async () => {
    const random = fc.array(fc.double({ min: 0.1, max: 1, noNaN: true }), { minLength: 12, maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(random, fc.integer({ min: 1, max: 3 }), async (numbers, cut) => {
        const vectors = rows(3, 1, 0, 0, 0, 1, 0)
        const labels = [0, 0, 1, 1]
        const whole = await nearVectors([{ features: rows(3, ...numbers), labels }], vectors, 0.5, 'a')
        const pieces = [
          { features: rows(3, ...numbers.slice(0, cut * 3)), labels: labels.slice(0, cut) },
          { features: rows(3, ...numbers.slice(cut * 3)), labels: labels.slice(cut) },
        ]
        expect(await nearVectors(pieces, vectors, 0.5, 'a')).toEqual(whole)
      }),
    )
  })

  it('of another width, of no vector, or missing, are an error', async () => {
    const vectors = rows(2, 1, 0, 0, 1)
    const wrong = (features: ReturnType<typeof rows>, labels: number[]) =>
      nearVectors([{ features, labels }], vectors, 0.5, 'here')
    await expect(wrong(rows(3, 1, 2, 3), [0])).rejects.toThrow(
      /features of 3 numbers, the identity vectors have 2/,
    )
    await expect(wrong(rows(2, 1, 2), [2])).rejects.toThrow(/image 0 has label 2, there are 2 vectors/)
    await expect(wrong(rows(2, 1, 2), [0])).rejects.toThrow(/identity 1 has no image/)
  })
})

it('a quality is reached from so far below on', () => {
  expect(countReached([29, 30, 30.5, 31, 32], 31, 0)).toBe(2)
  expect(countReached([29, 30, 30.5, 31, 32], 31, 1)).toBe(4)
  expect(countReached([Number.NaN], 31, 1)).toBe(0)
})

it('a yaw is reached to either side', () => {
  expect(countTurned([-30, 30, 25, 24.9, -35.1, 0], () => 30, 5)).toBe(3)
  expect(countTurned([10, -20, 50], (index) => [10, 20, 30][index], 5)).toBe(2)
})
