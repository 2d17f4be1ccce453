import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { errorFaces } from '../../src/run/error-faces.js'
import { verificationOf } from '../compare/simulated-runs.js'

/** Forty pairs of one-coloured images; even pairs are of different people, odd ones of one person. */
const PAIRS = 40
const same = Uint8Array.from({ length: PAIRS }, (_, pair) => pair & 1)
const testSet = {
  pairs: {
    first: Uint32Array.from(same, (_, pair) => 2 * pair),
    second: Uint32Array.from(same, (_, pair) => 2 * pair + 1),
    same,
  },
  imageName: (index: number) => `image ${index}`,
  read: async (index: number) => ({
    kind: 'pixels' as const,
    width: 8,
    height: 8,
    data: new Uint8Array(8 * 8 * 3).fill(index),
  }),
}

describe('the worst errors as pictures', () => {
  it('are of pairs that were decided wrongly, of both kinds, and none where nothing was', async () => {
    const clear = Float32Array.from(same, (label) => (label === 1 ? 0.5 : 1.5))
    expect(await errorFaces(testSet, verificationOf('net', 'set', clear, same))).toEqual([])
    const distances = clear.slice()
    distances[4] = 0.4
    distances[6] = 0.3
    distances[9] = 1.7
    const pictures = await errorFaces(testSet, verificationOf('net', 'set', distances, same))
    expect(pictures.map(({ title, caption }) => [title, caption])).toEqual([
      [
        'Worst false accepts: net on set',
        'Different people taken for one: 2 of 2 pairs, furthest beyond the threshold first.',
      ],
      [
        'Worst false rejects: net on set',
        'One person taken for two: 1 of 1 pairs, furthest beyond the threshold first.',
      ],
    ])
    const { width, height } = await sharp(Buffer.from(pictures[0].data, 'base64')).metadata()
    // Two pairs and a gap between them, narrower than an image, in one row.
    expect(width).toBeGreaterThan(4 * 112 + 20)
    expect(width).toBeLessThan(5 * 112)
    expect(height).toBeLessThan(2 * 112)
  })
})
