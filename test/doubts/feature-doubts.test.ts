import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { featureDoubts, meanSimilarity } from '../../src/doubts/feature-doubts.js'
import { RandomStream } from '../../src/random/philox.js'

const SIZE = 32
const drawn = (images: number, offset: number): Float32Array => {
  const rows = new Float32Array(images * SIZE)
  new RandomStream(1, 'features').fillNormal(rows)
  return rows.map((value) => value + offset)
}

describe('the mean similarity of rows', () => {
  it('is the mean of all cosines (tolerance 1e-6)', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: -9, max: 9 })), {
          minLength: 2,
          maxLength: 9,
        }),
        (rows) => {
          const cosines = rows.flatMap(([a, b], i) =>
            rows.slice(0, i).map(([c, d]) => (a * c + b * d) / (Math.hypot(a, b) * Math.hypot(c, d))),
          )
          const mean = cosines.reduce((sum, value) => sum + value, 0) / cosines.length
          expect(meanSimilarity(Float32Array.from(rows.flat()), 2)).toBeCloseTo(mean, 6)
        },
      ),
    )
  })
})

describe('features that are all alike', () => {
  const doubts = (images: number, offset: number) =>
    featureDoubts('net', 'lfw', { plain: drawn(images, offset), size: SIZE, images })

  it('are doubted', () => {
    expect(doubts(50, 10)).toHaveLength(1)
    expect(doubts(50, 10)[0].text).toMatch(
      /^net on lfw: all features are alike \(mean cosine similarity of two of them 0\.99/,
    )
  })
  it('are not where they point everywhere, or half of them is common', () => {
    expect(doubts(50, 0)).toEqual([])
    expect(doubts(50, 1)).toEqual([])
  })
  it('are not told from a few', () => {
    expect(doubts(5, 10)).toEqual([])
  })
})
