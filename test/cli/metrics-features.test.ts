import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { scratchFolder } from '../scratch.js'
import { printedMetrics } from './printed-metrics.js'

const folder = scratchFolder()

function save(name: string, rows: number[][]): string {
  const path = join(folder, name)
  const shape = [rows.length, rows[0]?.length ?? 4]
  writeFileSync(path, encodeNpy({ type: '<f4', shape, data: Float32Array.from(rows.flat()) }))
  return path
}

const metrics = printedMetrics

// cosines: 0-1 0.8, 0-2 0.6, 1-2 0.96, 3 is at a right angle to all
const identities = save('identities.npy', [
  [1, 0, 0],
  [4, 3, 0],
  [3, 4, 0],
  [0, 0, 2],
])

describe('metrics separability', () => {
  test('prints the JSON that scripts rely on', async () => {
    const args = ['--threshold', '0.7', '--threshold', '0.9', '--step', '1000', '--json', '--quiet']
    const found = JSON.parse(await metrics('separability', identities, ...args))
    expect(found).toMatchObject({
      identities: 4,
      separable: 1,
      unique: [{ n: 4, count: 2 }],
      thresholds: [{ threshold: 0.7 }, { threshold: 0.9, separable: 2, unique: [{ n: 4, count: 3 }] }],
      closest: [
        { identity: 1, other: 2 },
        { identity: 0, other: 1 },
        { identity: 3, other: 0 },
      ],
    })
    expect(found.meanSimilarity).toBeCloseTo(2.36 / 6, 7)
  })

  test('counts alone are the same counts, and nothing that needs more goes with them', async () => {
    const whole = JSON.parse(await metrics('separability', identities, '--json', '--quiet'))
    const counts = JSON.parse(await metrics('separability', identities, '--counts-only', '--json', '--quiet'))
    const { file, threshold, separable, unique, thresholds } = whole
    expect(counts).toEqual({ file, identities: whole.identities, threshold, separable, unique, thresholds })
    await expect(metrics('separability', identities, '--counts-only', '--all-pairs')).rejects.toThrow(
      /--counts-only: --all-pairs needs more than counts/,
    )
  })

  test('prints several files for people', async () => {
    const text = await metrics('separability', identities, identities, '--closest', '1', '--quiet')
    expect(text.match(/4 identities/g)).toHaveLength(2)
    expect(text).toContain('1 2 0.96000')
  })

  test('tells what is wrong with a file', async () => {
    const run = (rows: number[][]) => metrics('separability', save('bad.npy', rows), '--quiet')
    await expect(run([])).rejects.toThrow(/bad.npy: separability compares identities, there are none/)
    await expect(run([[1, 2]])).rejects.toThrow(/there is one/)
    await expect(
      run([
        [1, 2],
        [0, 0],
      ]),
    ).rejects.toThrow(/bad.npy: row 1 \(counted from 0\) is all zero/)
  })
})

test('metrics leakage lists what an image took', async () => {
  const images = save('images.npy', [
    [0, 1, 0],
    [0, 0.1, 1],
    [1, 0.01, 0],
  ])
  const found = JSON.parse(
    await metrics('leakage', images, identities, '--threshold', '0.9', '--json', '--quiet'),
  )
  expect(found).toMatchObject({
    images: 3,
    references: 4,
    counts: [{ threshold: 0.9, images: 2, references: 2 }],
    worst: [
      { image: 2, reference: 0 },
      { image: 1, reference: 3 },
      { image: 0, reference: 2 },
    ],
  })
  const narrow = save('narrow.npy', [[1, 2]])
  await expect(metrics('leakage', narrow, identities, '--quiet')).rejects.toThrow(/features of 2 numbers/)
})

test('metrics identities measures similarity, consistency and columns', async () => {
  const images = save('within.npy', [
    [1, 0],
    [1, 0.2],
    [0, 1],
    [1, 0.1],
  ])
  const labels = join(folder, 'labels.npy')
  writeFileSync(labels, encodeNpy({ type: '<i4', shape: [4], data: Int32Array.of(0, 0, 1, 1) }))
  writeFileSync(join(folder, 'columns.csv'), 'yaw,quality\n1,2\n3,2\n5,2\n5,2\n')
  const found = JSON.parse(
    await metrics(
      'identities',
      images,
      '--labels',
      labels,
      '--columns',
      join(folder, 'columns.csv'),
      '--json',
      '--quiet',
    ),
  )
  expect(found).toMatchObject({ images: 4, identities: 2, astray: 1, consistency: 0.75 })
  expect(found.columns.yaw).toMatchObject({ mean: 3.5, withinDeviation: 0.5, betweenDeviation: 1.5 })
  expect(found.columns.quality.deviation).toBe(0)
  await expect(
    metrics('identities', identities, '--labels', save('l.npy', [[1]]), '--quiet'),
  ).rejects.toThrow(/there are 4 images/)
})
