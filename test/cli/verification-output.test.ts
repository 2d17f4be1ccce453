import { expect, it } from 'vitest'
import { toTable } from '../../src/cli/verification-output.js'
import { protocolSpecSchema } from '../../src/run/spec.js'
import { resolveProtocol, verifyFeatures } from '../../src/run/verify-models.js'

/** A recogniser that is always right on ten pairs, verified by a protocol. */
function verified(model: string, protocol: object) {
  const pairs = Array.from({ length: 10 }, (_, pair) => pair)
  const value = {
    imageName: String,
    pairs: {
      first: Uint32Array.from(pairs, (pair) => 2 * pair),
      second: Uint32Array.from(pairs, (pair) => 2 * pair + 1),
      same: Uint8Array.from(pairs, (pair) => pair % 2),
    },
  }
  const plain = Float32Array.from(pairs.flatMap((pair) => [1, 0, pair % 2, 1 - (pair % 2)]))
  const resolved = resolveProtocol(protocolSpecSchema.parse({ folds: 5, resamples: 100, ...protocol }), 7)
  return verifyFeatures({ model, testSet: { id: 'ten', value } }, { images: 20, size: 2, plain }, resolved)
}

it('a table of verifications says how pairs were decided, once where that is the same for all', () => {
  const usual = 'squared-euclidean distance, intervals from 100 halves, seed 7'
  expect(toTable([verified('a', {}), verified('b', {})]).slice(3)).toContain(
    `protocol: 5 folds, no mirrored images, ${usual}`,
  )
  const lines = toTable([verified('a', {}), verified('b', { subtractMean: 'facenet', distance: 'angular' })])
  expect(lines).toContain(`protocol of a: 5 folds, no mirrored images, ${usual}`)
  expect(lines).toContain(
    'protocol of b: 5 folds, no mirrored images, angular distance, mean subtracted as facenet, intervals from 100 halves, seed 7',
  )
})

it('no line of it is longer than the terminal is wide, and no number is lost, from 40 columns on', () => {
  const results = ['a', 'hsface10k-recogniser'].map((model) => verified(model, {}))
  const numbersIn = (lines: readonly string[]) =>
    [...new Set(lines.join('\n').match(/\d+\.\d+/g) ?? [])].sort()
  for (const width of [40, 60, 80, 100, 200]) {
    const lines = toTable(results, width)
    expect(Math.max(...lines.map(({ length }) => length)), `${width}`).toBeLessThanOrEqual(width)
    expect(numbersIn(lines)).toEqual(numbersIn(toTable(results)))
  }
})
