import { InputError } from '../errors.js'
import type { RawPixels } from '../images/image.js'
import { ARCFACE_TEMPLATE, type Point } from './arcface-template.js'
import { fitSimilarity, type Similarity } from './similarity-fit.js'
import { warpSimilarity } from './warp.js'

const SIDE = 112
/** The other size in use: the template lies in the middle of a crop that is wider by 8 pixels at both sides. */
const WIDE_SIDE = 128
const MARGIN = 8

/**
 * Where crops of a size have the five points: those of 112 scaled, where it is a multiple of 112; for a multiple of 128
 * those of 112 with 8 pixels added to x, scaled (insightface's `estimate_norm`).
 * @throws InputError where it is a multiple of neither
 */
export function templateOf(size: number): readonly Point[] {
  const [side, shift] = size % SIDE === 0 ? [SIDE, 0] : [WIDE_SIDE, MARGIN]
  if (size % side !== 0 || size <= 0)
    throw new InputError(
      `crops of ${size} pixels have no template`,
      '',
      'ask for a multiple of 112 or of 128',
    )
  const ratio = size / side
  return ARCFACE_TEMPLATE.map(([x, y]) => [x * ratio + shift * ratio, y * ratio])
}

/** Ten numbers as five points. */
export function pointsOf(numbers: readonly number[]): Point[] {
  return Array.from({ length: numbers.length / 2 }, (_, i) => [numbers[2 * i], numbers[2 * i + 1]])
}

/** What takes five landmarks (x1, y1 .. x5, y5) to a crop. @throws InputError where they are all one point */
export function alignment(landmarks: readonly number[], size: number, where: string): Similarity {
  try {
    return fitSimilarity(pointsOf(landmarks), templateOf(size))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new InputError('the five landmarks are one point', where, 'correct them', { cause: error })
  }
}

/** A photograph's face by its landmarks, `size` pixels square, as ArcFace's training data were aligned. @throws InputError */
export function alignedCrop(
  photograph: RawPixels,
  landmarks: readonly number[],
  size: number,
  where: string,
): RawPixels {
  return warpSimilarity(photograph, alignment(landmarks, size, where), size)
}

/** What lies in the middle: the largest square, at the crop's size. */
export function centreCrop(photograph: RawPixels, size: number): RawPixels {
  const { width, height } = photograph
  const side = Math.min(width, height)
  const a = size / side
  // Middles of pixels lie half a pixel in.
  const place = (length: number) => 0.5 * (a - 1) - (a * (length - side)) / 2
  return warpSimilarity(photograph, { a, b: 0, tx: place(width), ty: place(height) }, size)
}
