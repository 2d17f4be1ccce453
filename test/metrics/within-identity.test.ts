import { describe, expect, test } from 'vitest'
import { IdentitySums } from '../../src/features/identity-sums.js'
import { GroupedMoments } from '../../src/metrics/grouped-moments.js'
import { withinIdentity } from '../../src/metrics/within-identity.js'
import { cosine, featureRows } from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

describe('within identities', () => {
  const identities = 40
  const columns = 12
  const rows = 600
  const data = new Float32Array(rows * columns)
  new RandomStream(1, 'within test').fillNormal(data)
  const labels = Int32Array.from({ length: rows }, (_, i) => (i * 7) % identities)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < columns; k++) data[i * columns + k] += 1.2 * data[labels[i] * columns + k]
  }
  const matrix = { rows, columns, data }

  test('equals the definition', async () => {
    const sums = new IdentitySums(columns)
    sums.add(labels, data)
    const { features: means } = sums.means('test')
    const images = featureRows(matrix, 'images')
    const features = featureRows(means, 'identities')
    const found = await withinIdentity([{ features: images, labels }], features, 'test')
    const own = Array.from(labels, (label, i) => cosine(images, i, features, label))
    const mean = own.reduce((sum, value) => sum + value, 0) / rows
    const astray = own.filter((value, i) =>
      Array.from({ length: identities }, (_, j) => cosine(images, i, features, j)).some(
        (other) => other > value,
      ),
    ).length
    expect(astray).toBeGreaterThan(0)
    expect(found.astray).toBe(astray)
    expect(found.consistency).toBeCloseTo(1 - astray / rows, 12)
    expect(found.similarity.mean).toBeCloseTo(mean, 12)
    expect(found.similarity.deviation).toBeCloseTo(
      Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / rows),
      12,
    )
    expect(found.similarity.counts[3]).toBe(15)
  })

  test('tells what is wrong with the input', async () => {
    const features = featureRows({ rows: 2, columns: 2, data: Float32Array.of(1, 0, 0, 1) }, 'identities')
    const images = featureRows({ rows: 2, columns: 2, data: Float32Array.of(1, 0, 1, 1) }, 'images')
    const run = (given: number[]) => withinIdentity([{ features: images, labels: given }], features, 'a.npy')
    await expect(run([0, 0])).rejects.toThrow('a.npy: identity 1 has no image')
    await expect(run([0, 2])).rejects.toThrow('image 1 has label 2, the identities are 0 .. 1')
    await expect(
      withinIdentity([{ features: featureRows(matrix, 'wide'), labels }], features, 'a.npy'),
    ).rejects.toThrow('features of 12 numbers, the identity features have 2')
  })
})

test('grouped moments tell variation within groups from that between them', () => {
  const moments = new GroupedMoments(2)
  for (const [group, value] of [
    [0, 1],
    [0, 3],
    [1, 10],
    [1, 10],
    [1, 13],
  ])
    moments.add(group, value)
  const found = moments.summary(() => {
    throw new Error('no group is empty')
  })
  expect([...found.means]).toEqual([2, 11])
  expect(found.mean).toBeCloseTo(37 / 5, 12)
  expect(found.deviations[0]).toBeCloseTo(1, 12)
  expect(found.deviations[1]).toBeCloseTo(Math.sqrt(2), 12)
  expect(found.withinDeviation).toBeCloseTo((1 + Math.sqrt(2)) / 2, 12)
  expect(found.betweenDeviation).toBeCloseTo(4.5, 12)
  const values = [1, 3, 10, 10, 13]
  const variance = values.reduce((sum, value) => sum + (value - 7.4) ** 2, 0) / 5
  expect(found.deviation).toBeCloseTo(Math.sqrt(variance), 12)
})
