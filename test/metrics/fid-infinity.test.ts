import { describe, expect, test } from 'vitest'
import { featureStatistics } from '../../src/linear-algebra/streaming-moments.js'
import { fidInfinity, fitLine, subsetSizes } from '../../src/metrics/fid-infinity.js'
import { RandomStream } from '../../src/random/philox.js'

function normals(rows: number, columns: number, seed: number) {
  const data = new Float64Array(rows * columns)
  new RandomStream(seed, 'normals').fillNormal(data)
  return { rows, columns, data }
}

describe('the line', () => {
  test('goes through points that lie on one', () => {
    const line = fitLine([1, 2, 4], [7, 9, 13])
    expect(line.intercept).toBeCloseTo(5, 12)
    expect(line.slope).toBeCloseTo(2, 12)
    expect(line.residual).toBeCloseTo(0, 12)
  })

  test('of least squares, by hand', () => {
    expect(fitLine([0, 1, 2], [0, 3, 0])).toEqual({ intercept: 1, slope: 0, residual: Math.sqrt(6) })
  })

  test("subset sizes are NumPy's linspace(5000, 50000, 15) as whole numbers", () => {
    expect(subsetSizes(5000, 50_000, 15)).toEqual([
      5000, 8214, 11428, 14642, 17857, 21071, 24285, 27500, 30714, 33928, 37142, 40357, 43571, 46785, 50000,
    ])
  })
})

describe('the extrapolated distance', () => {
  const reference = featureStatistics(normals(20_000, 24, 1), 'reference')

  test('of one distribution is near 0, where the distance of all images is not', async () => {
    const measured = normals(900, 24, 2)
    const { distance, distances, images } = await fidInfinity(measured, await reference, 'set', { seed: 3 })
    expect(images).toHaveLength(15)
    expect(images[0]).toBe(300)
    expect(distances[14]).toBeGreaterThan(0.1)
    expect(Math.abs(distance)).toBeLessThan(distances[14] / 4)
  })

  test('the seed decides it', async () => {
    const measured = normals(200, 24, 2)
    const run = async (seed: number) =>
      (await fidInfinity(measured, await reference, 'set', { seed, points: 4 })).distance
    expect(await run(1)).toBe(await run(1))
    expect(await run(1)).not.toBe(await run(2))
  })

  test('too few images for a line are refused', async () => {
    await expect(fidInfinity(normals(12, 24, 1), await reference, 'set', { seed: 1 })).rejects.toThrow(
      'set: 12 images are too few for 15 subsets of 4 or more',
    )
  })
})
