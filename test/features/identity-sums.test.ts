import { expect, test } from 'vitest'
import { IdentitySums } from '../../src/features/identity-sums.js'

const rows = [
  [1, 2],
  [3, 6],
  [10, 20],
]

test('means are the plain means of the features, in whatever pieces they come', () => {
  const sums = new IdentitySums(2)
  sums.add([1, 0], Float32Array.from([...rows[0], ...rows[2]]))
  sums.add([1], Float32Array.from(rows[1]))
  const { features, images } = sums.means('test')
  expect(features).toEqual({ rows: 2, columns: 2, data: Float32Array.of(10, 20, 2, 4) })
  expect([...images]).toEqual([1, 2])
})

const concatenated = (pieces: readonly Float64Array[]) => Float64Array.from(pieces.flatMap((p) => [...p]))

test('goes on from a state to the same means', () => {
  const first = new IdentitySums(2)
  first.add([1, 0], Float32Array.from([...rows[0], ...rows[2]]))
  const second = new IdentitySums(2)
  expect(second.restore(concatenated(first.state(2)))).toBe(2)
  for (const sums of [first, second]) sums.add([1], Float32Array.from(rows[1]))
  expect(second.means('test')).toEqual(first.means('test'))
})

test('says which identity has no image', () => {
  const sums = new IdentitySums(2)
  sums.add([0, 2], Float32Array.from([...rows[0], ...rows[1]]))
  expect(() => sums.means('faces/', ['anna', 'berta', 'carla'])).toThrow(
    'faces/: identity berta has no image',
  )
  // The last one leaves no gap.
  const all = new IdentitySums(2)
  all.add([0, 1], Float32Array.from([...rows[0], ...rows[1]]))
  expect(() => all.means('faces/', ['anna', 'berta', 'carla'])).toThrow('faces/: identity carla has no image')
})
