import { expect, test } from 'vitest'
import { drawMasks, PAPER_MASKING } from '../../src/generate/masks.js'

function draw(seed: number, identity: number, image: number) {
  const dropped = new Uint8Array(50)
  const masked = new Uint8Array(50)
  drawMasks(PAPER_MASKING, seed, identity, image, dropped, masked)
  return { dropped, masked }
}

const count = (flags: Uint8Array) => flags.reduce((sum, flag) => sum + flag, 0)

test('5 of tokens 1..49 are dropped, all of them masked too; the feature token never is', () => {
  for (let image = 0; image < 500; image++) {
    const { dropped, masked } = draw(1, 0, image)
    expect(count(dropped)).toBe(5)
    expect(dropped[0] + masked[0]).toBe(0)
    expect(dropped.every((flag, token) => flag <= masked[token])).toBe(true)
    expect(count(masked)).toBeGreaterThanOrEqual(5)
  }
})

test('the number masked is ceil(49 s), s from normal(0.15, 0.25) truncated to 0.1..1: 16.1005 on average', () => {
  // From scipy.stats.truncnorm(-0.2, 3.4, loc=0.15, scale=0.25): sum over k of k P((k - 1) / 49 < s <= k / 49).
  const mean = 16.100490603437358
  const deviation = 49 * 0.159
  const images = 20_000
  let sum = 0
  for (let image = 0; image < images; image++) sum += count(draw(3, 1, image).masked)
  expect(Math.abs(sum / images - mean)).toBeLessThan((4 * deviation) / Math.sqrt(images))
})

test('every token is as likely to be dropped as any other', () => {
  const images = 9_800
  const hits = new Float64Array(50)
  for (let image = 0; image < images; image++) {
    for (const [token, flag] of draw(4, 2, image).dropped.entries()) hits[token] += flag
  }
  const expected = (images * 5) / 49
  for (let token = 1; token < 50; token++)
    expect(Math.abs(hits[token] - expected)).toBeLessThan(5 * Math.sqrt(expected))
})

test('an image has its own masks, the same each time', () => {
  expect(draw(1, 2, 3)).toEqual(draw(1, 2, 3))
  for (const other of [draw(2, 2, 3), draw(1, 3, 3), draw(1, 2, 4)]) expect(other).not.toEqual(draw(1, 2, 3))
})
