import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { PAPER_PROTOCOL, verify } from '../../src/evaluate/verification.js'
import { RandomStream } from '../../src/random/philox.js'
import { PYTHON, pythonHas, pythonJson } from '../python.js'
import { scratchFolder } from '../scratch.js'

const REFERENCE = fileURLToPath(new URL('reference.py', import.meta.url))
const folder = scratchFolder()

interface Sample {
  readonly features: Float32Array
  readonly size: number
  readonly same: Uint8Array
}

/** Pairs whose same and different similarities overlap the more the smaller `signal` is. */
function sample(pairs: number, size: number, signal: number, seed: number, coarse = false): Sample {
  const random = new RandomStream(seed, 'sample')
  const features = new Float32Array(2 * pairs * size)
  const same = Uint8Array.from({ length: pairs }, () => random.nextInt(2))
  random.fillNormal(features)
  for (let pair = 0; pair < pairs; pair++) {
    if (same[pair] === 0) continue
    for (let i = 0; i < size; i++)
      features[(2 * pair + 1) * size + i] += signal * features[2 * pair * size + i]
  }
  // Whole numbers of few values make equal distances.
  if (coarse) for (let i = 0; i < features.length; i++) features[i] = Math.sign(Math.round(features[i]))
  return { features, size, same }
}

function verifySample({ features, size, same }: Sample, folds?: Uint16Array, options = {}) {
  const pairs = {
    first: Uint32Array.from(same, (_, pair) => 2 * pair),
    second: Uint32Array.from(same, (_, pair) => 2 * pair + 1),
    same,
  }
  const images = { images: 2 * same.length, size, plain: features }
  return verify(images, pairs, { ...PAPER_PROTOCOL, ...options }, (image) => `image ${image}`, folds)
}

interface Reference {
  accuracies: number[]
  thresholds: number[]
  mean: number
  std: number
}

function reference(
  { features, size, same }: Sample,
  folds?: Uint16Array,
  order?: 'facenet' | 'magface',
): Reference {
  const write = (name: string, data: Buffer): string => {
    const path = join(folder, name)
    writeFileSync(path, data)
    return path
  }
  const args = [
    write('features.npy', encodeNpy({ type: '<f4', shape: [2 * same.length, size], data: features })),
    write('same.npy', encodeNpy({ type: '|u1', shape: [same.length], data: same })),
    '10',
  ]
  args.push(
    folds === undefined
      ? '-'
      : write('folds.npy', encodeNpy({ type: '<i4', shape: [folds.length], data: Int32Array.from(folds) })),
  )
  if (order !== undefined) args.push(order)
  return pythonJson<Reference>(REFERENCE, ...args)
}

describe.skipIf(!pythonHas('numpy'))(`10-fold verification against NumPy (${PYTHON})`, () => {
  const unequal = Uint16Array.from({ length: 3000 }, (_, pair) => Math.floor(Math.sqrt(pair / 30)))
  it.each<[string, Sample, Uint16Array?]>([
    ['easy pairs', sample(6000, 512, 0.2, 1)],
    ['overlapping scores', sample(6000, 512, 0.1, 2)],
    ['hard pairs', sample(6000, 512, 0.03, 3)],
    ['no signal at all', sample(600, 512, 0, 4)],
    ['a number of pairs that 10 does not divide', sample(5999, 128, 0.15, 5)],
    ['equal distances', sample(2000, 16, 0.6, 6, true)],
    ['23 pairs', sample(23, 512, 0.1, 7)],
    ['given folds of unequal size', sample(3000, 64, 0.3, 8), unequal],
  ])('gives every fold the same accuracy and threshold, difference 0: %s', (_, pairs, folds) => {
    const ours = verifySample(pairs, folds)
    const theirs = reference(pairs, folds)
    expect(ours.folds.map(({ accuracy }) => accuracy)).toEqual(theirs.accuracies)
    expect(ours.folds.map(({ threshold }) => threshold)).toEqual(theirs.thresholds)
    expect(ours.accuracy).toBe(theirs.mean)
    expect(ours.std).toBe(theirs.std)
  })
})

/** Norms between 1 and 20 that belong to an image, and an offset that all share: what the order of steps is about. */
function ofDifferentNorms({ features, size, same }: Sample): Sample {
  const random = new RandomStream(77, 'norms')
  const norms = Float64Array.from({ length: 2 * same.length }, () => 20 ** (random.nextUint32() / 2 ** 32))
  return {
    features: features.map((x, i) =>
      Math.fround((x + (i % size < 8 ? 1.5 : 0)) * norms[Math.floor(i / size)]),
    ),
    size,
    same,
  }
}

describe.skipIf(!pythonHas('numpy'))('the mean of the other folds subtracted, against NumPy', () => {
  const unequal = Uint16Array.from({ length: 3000 }, (_, pair) => Math.floor(Math.sqrt(pair / 30)))
  const pairs = ofDifferentNorms(sample(3000, 128, 0.35, 21))
  it.each<['facenet' | 'magface', string, Uint16Array?]>([
    ['facenet', 'consecutive folds'],
    ['magface', 'consecutive folds'],
    ['facenet', 'given folds', unequal],
    ['magface', 'given folds', unequal],
  ])("in %s's order, %s: every fold's accuracy and threshold, difference 0", (order, _, folds) => {
    const ours = verifySample(pairs, folds, { distance: 'angular', subtractMean: order })
    const theirs = reference(pairs, folds, order)
    expect(ours.folds.map(({ accuracy }) => accuracy)).toEqual(theirs.accuracies)
    expect(ours.folds.map(({ threshold }) => threshold)).toEqual(theirs.thresholds)
    expect(ours.std).toBe(theirs.std)
  })

  it('the two orders differ where norms do, and are one where all features are unit vectors', () => {
    const by = (of: Sample, order: 'facenet' | 'magface') =>
      verifySample(of, undefined, { distance: 'angular', subtractMean: order })
    expect(by(pairs, 'magface').accuracy).not.toBe(by(pairs, 'facenet').accuracy)
    const { features, size } = pairs
    const units = Float32Array.from(features)
    for (let from = 0; from < units.length; from += size) {
      const norm = Math.hypot(...units.subarray(from, from + size))
      for (let i = from; i < from + size; i++) units[i] /= norm
    }
    const alike = { ...pairs, features: units }
    expect(by(alike, 'magface').auc).toBeCloseTo(by(alike, 'facenet').auc, 9)
  })

  it("magface's order gives unit features to the Euclidean distance too", () => {
    const options = { subtractMean: 'magface' as const }
    const { distances } = verifySample(pairs, undefined, options)
    const { distances: angles } = verifySample(pairs, undefined, { ...options, distance: 'angular' })
    distances.forEach((distance, pair) => {
      expect(Math.abs(distance - 2 * (1 - Math.cos(angles[pair] * Math.PI)))).toBeLessThan(1e-12)
    })
  })
})

describe('options', () => {
  const pairs = sample(1000, 64, 0.4, 9)

  it("decides alike by angle and by Euclidean distance where the thresholds' grid is not in the way", () => {
    const euclidean = verifySample(pairs)
    const angular = verifySample(pairs, undefined, { distance: 'angular' })
    expect(Math.abs(angular.accuracy - euclidean.accuracy)).toBeLessThan(0.03)
    expect(angular.auc).toBeCloseTo(euclidean.auc, 12)
  })

  it('undoes a shift that all features share when the mean is subtracted', () => {
    const shifted = Float32Array.from(pairs.features, (x) => x + 8)
    const plain = verifySample({ ...pairs, features: shifted })
    const centred = verifySample({ ...pairs, features: shifted }, undefined, {
      subtractMean: 'facenet',
      distance: 'angular',
    })
    expect(centred.auc).toBeGreaterThan(plain.auc)
    expect(centred.auc).toBeGreaterThan(0.95)
  })

  it('is the plain feature twice when the mirrored one equals it', () => {
    const { features, size, same } = pairs
    const first = Uint32Array.from(same, (_, pair) => 2 * pair)
    const second = Uint32Array.from(same, (_, pair) => 2 * pair + 1)
    const both = { images: 2 * same.length, size, plain: features, mirrored: features }
    const fused = verify(both, { first, second, same }, PAPER_PROTOCOL, String)
    expect(fused.folds).toEqual(verifySample(pairs).folds)
    const units = verify(both, { first, second, same }, { ...PAPER_PROTOCOL, fusion: 'unit-sum' }, String)
    expect(units.accuracy).toBeCloseTo(fused.accuracy, 2)
  })

  it.each([
    ['NaN', Number.NaN, 'NaN'],
    ['infinity', Number.POSITIVE_INFINITY, 'NaN or infinity'],
  ])('refuses %s and names the image', (_, value, message) => {
    const features = pairs.features.slice()
    features[7 * pairs.size + 3] = value
    expect(() => verifySample({ ...pairs, features })).toThrow(new RegExp(`image 7: .*${message}`))
  })

  it('refuses a zero vector and names the image', () => {
    const features = pairs.features.slice()
    features.fill(0, 5 * pairs.size, 6 * pairs.size)
    expect(() => verifySample({ ...pairs, features })).toThrow(/image 5: .*zero vector/)
  })
})

describe('the confidence interval', () => {
  it("has the width that the binomial distribution gives, within a quarter (a fold's chosen threshold adds a little)", () => {
    const pairs = sample(4000, 128, 0.25, 10)
    const { accuracy, interval } = verifySample(pairs)
    const width = 2 * 1.96 * Math.sqrt((accuracy * (1 - accuracy)) / 4000)
    expect((interval.high - interval.low) / width).toBeGreaterThan(0.75)
    expect((interval.high - interval.low) / width).toBeLessThan(1.25)
    expect(interval.low).toBeLessThan(accuracy)
    expect(interval.high).toBeGreaterThan(accuracy)
  })

  it('depends on the seed and on nothing else', () => {
    const pairs = sample(500, 32, 0.5, 11)
    const at = (seed: number) =>
      verifySample(pairs, undefined, { interval: { seed, resamples: 200, level: 0.95 } })
    expect(at(1).interval).toEqual(at(1).interval)
    expect(at(1).interval).not.toEqual(at(2).interval)
  })
})
