import { expect, test } from 'vitest'
import { perturb } from '../../src/generate/perturbation.js'
import { RandomStream } from '../../src/random/philox.js'
import { randomVectors } from './generation-inputs.js'

const length = (vector: Iterable<number>) =>
  Math.sqrt([...vector].reduce((sum, value) => sum + value * value, 0))

test('(v + e) |v| / |v + e|, with e from the stream of that image', () => {
  const vector = randomVectors(1).map((value) => value * 20)
  const out = new Float32Array(512)
  perturb(vector, 0.5, 9, 12, 3, out)
  const noise = new Float64Array(512)
  new RandomStream(9, 'noise', 12, 3).fillNormal(noise, 0.5)
  const sum = noise.map((value, i) => value + vector[i])
  const expected = sum.map((value) => (value * length(vector)) / length(sum))
  for (let i = 0; i < 512; i++) expect(Math.abs(out[i] - expected[i])).toBeLessThan(1e-5)
})

test('the norm stays (to float32), and sigma 0 changes nothing', () => {
  const vector = randomVectors(1)
  const out = new Float32Array(512)
  for (const sigma of [0.1, 0.7, 3, 100]) {
    perturb(vector, sigma, 1, 0, 0, out)
    expect(length(out) / length(vector)).toBeCloseTo(1, 6)
  }
  perturb(vector, 0, 1, 0, 0, out)
  expect(out).toEqual(vector)
})

test('on a long vector the cosine to the original falls as 1 / sqrt(1 + 512 sigma^2 / |v|^2)', () => {
  const vector = randomVectors(1)
  const out = new Float32Array(512)
  let mean = 0
  for (let image = 0; image < 200; image++) {
    perturb(vector, 0.5, 1, 0, image, out)
    let dot = 0
    for (let i = 0; i < 512; i++) dot += vector[i] * out[i]
    mean += dot / length(vector) ** 2 / 200
  }
  expect(mean).toBeCloseTo(1 / Math.sqrt(1 + (512 * 0.25) / length(vector) ** 2), 2)
})
