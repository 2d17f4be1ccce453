import type { Doubt } from '../doubt.js'
import type { RawPixels } from '../images/image.js'

/** From fewer images nothing is told. */
const FEWEST = 10

/** A rectangle by its middle and half sides, in pixels of a 112x112 crop. */
type Patch = readonly [x: number, y: number, halfWidth: number, halfHeight: number]

/** Where ArcFace's five points put the eyes, and places around them that are lighter in a face. */
const EYES: readonly Patch[] = [
  [38.3, 51.7, 7, 3],
  [73.5, 51.5, 7, 3],
]
const AROUND: readonly Patch[] = [
  [56, 51, 4, 4],
  [38, 70, 6, 4],
  [74, 70, 6, 4],
]
const SIDE = 112

/**
 * How much darker the eyes are than the bridge of the nose and the cheeks, where an aligned crop has them, in standard
 * deviations of the image's luminance. 25 aligned photographs have 1.6 on average (deviation 0.4), the same photographs
 * as they were taken, or cut out by a face's box, -0.2 to -0.6.
 */
export function eyeContrast({ width, height, data }: RawPixels): number {
  const luminance = Float32Array.from({ length: width * height }, (_, i) => {
    return 0.299 * data[3 * i] + 0.587 * data[3 * i + 1] + 0.114 * data[3 * i + 2]
  })
  const mean = luminance.reduce((sum, value) => sum + value, 0) / luminance.length
  const variance = luminance.reduce((sum, value) => sum + (value - mean) ** 2, 0) / luminance.length
  const level = ([x, y, halfWidth, halfHeight]: Patch): number => {
    let sum = 0
    let pixels = 0
    const row = (at: number): number => Math.min(height - 1, Math.max(0, Math.round((at * height) / SIDE)))
    const column = (at: number): number => Math.min(width - 1, Math.max(0, Math.round((at * width) / SIDE)))
    for (let v = row(y - halfHeight); v <= row(y + halfHeight); v++) {
      for (let u = column(x - halfWidth); u <= column(x + halfWidth); u++) {
        sum += luminance[v * width + u]
        pixels++
      }
    }
    return sum / pixels
  }
  const average = (patches: readonly Patch[]): number =>
    patches.reduce((sum, patch) => sum + level(patch), 0) / patches.length
  return (average(AROUND) - average(EYES)) / Math.sqrt(variance + 1e-6)
}

/** A set's contrast must be surely (two standard errors) below this to be doubted: profiles have little of it. */
const LOWEST = 0.15

/**
 * Whether faces are elsewhere than ArcFace's template has them, told from some of the images without a detector. It
 * sees crops that are a seventh of their side too high or low, turned, or not aligned at all; it doesn't see one that is
 * a little to one side, narrower or wider.
 * @param found the {@link eyeContrast} of images
 */
export function alignmentDoubts(name: string, found: readonly number[]): Doubt[] {
  const n = found.length
  if (n < FEWEST) return []
  const mean = found.reduce((sum, value) => sum + value, 0) / n
  const deviation = Math.sqrt(found.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1))
  const error = deviation / Math.sqrt(n)
  if (mean + 2 * error >= LOWEST) return []
  const sure = mean + 4 * error < LOWEST ? 'quite sure' : 'likely'
  const dark = found.filter((value) => value > 0).length
  return [
    {
      kind: 'alignment',
      about: name,
      text: `${name}: the images look unaligned (${sure}): where ArcFace's five points put the eyes it is darker than around in ${dark} of ${n} images looked at, in aligned faces in nearly all. Align them to the template ('datasets align'), or check how they were cropped.`,
    },
  ]
}
