import { describe, expect, test } from 'vitest'
import { leakage } from '../../src/metrics/leakage.js'
import { cosine, type FeatureRows, featureRows, sliceRows } from '../../src/products/index.js'
import { RandomStream } from '../../src/random/philox.js'

function normals(rows: number, columns: number, seed: number): FeatureRows {
  const data = new Float32Array(rows * columns)
  new RandomStream(seed, 'leakage test').fillNormal(data)
  return featureRows({ rows, columns, data }, 'test')
}

function chunks(rows: FeatureRows, size: number): FeatureRows[] {
  const count = Math.ceil(rows.matrix.rows / size)
  return Array.from({ length: count }, (_, k) =>
    sliceRows(rows, k * size, Math.min(rows.matrix.rows, (k + 1) * size)),
  )
}

describe('leakage', () => {
  test('equals the definition, however the images come in', async () => {
    const images = normals(2500, 12, 1)
    const references = normals(3000, 12, 2)
    const thresholds = [0.8, 0.7, 0.9]
    const nearest = new Int32Array(2500)
    const highest = new Float64Array(2500).fill(-1)
    const reached = new Float64Array(3000).fill(-1)
    for (let i = 0; i < 2500; i++) {
      for (let j = 0; j < 3000; j++) {
        const similarity = cosine(images, i, references, j)
        if (similarity > highest[i]) {
          highest[i] = similarity
          nearest[i] = j
        }
        reached[j] = Math.max(reached[j], similarity)
      }
    }
    for (const size of [2500, 700]) {
      const found = await leakage(chunks(images, size), references, 'test', { thresholds, worst: 10 })
      expect(found.images).toBe(2500)
      expect(found.nearest).toEqual(nearest)
      expect(found.highest).toEqual(highest)
      for (const { threshold, images: above, references: leaked } of found.counts) {
        expect(above).toBe(highest.filter((similarity) => similarity > threshold).length)
        expect(leaked).toBe(reached.filter((similarity) => similarity > threshold).length)
        expect(leaked).toBeGreaterThan(0)
      }
      const order = Array.from(highest.keys()).sort((a, b) => highest[b] - highest[a] || a - b)
      expect(found.worst.map(({ image }) => image)).toEqual(order.slice(0, 10))
    }
  })

  test('finds one leaked image that its identity feature hides', async () => {
    const references = normals(100, 512, 3)
    const images = normals(50, 512, 4)
    const stolen = images.matrix.data.subarray(17 * 512, 18 * 512)
    for (let k = 0; k < 512; k++) stolen[k] += 1.5 * references.matrix.data[42 * 512 + k]
    const columns = 512
    const mean = new Float32Array(columns)
    for (let i = 0; i < 50; i++)
      for (let k = 0; k < columns; k++) mean[k] += images.matrix.data[i * columns + k]
    const identity = featureRows({ rows: 1, columns, data: mean }, 'mean')
    const again = featureRows(images.matrix, 'images')
    expect((await leakage([identity], references, 'test')).counts[0].images).toBe(0)
    const found = await leakage([again], references, 'test')
    expect(found.counts).toEqual([{ threshold: 0.4, images: 1, references: 1 }])
    expect(found.worst[0]).toMatchObject({ image: 17, reference: 42 })
  })

  test('tells what is wrong with the input', async () => {
    const ten = normals(10, 8, 5)
    await expect(leakage([normals(3, 9, 6)], ten, 'images.npy')).rejects.toThrow(
      'images.npy: features of 9 numbers, the references have 8',
    )
    await expect(leakage([], ten, 'images.npy')).rejects.toThrow('there is no image to compare')
    const none = featureRows({ rows: 0, columns: 8, data: new Float32Array(0) }, 'none')
    await expect(leakage([ten], none, 'images.npy')).rejects.toThrow('there is no reference')
  })
})
