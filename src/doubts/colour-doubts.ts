import type { Doubt } from '../doubt.js'
import type { RawPixels } from '../images/image.js'

/** Skin reflects more red than blue: of 25 photographs and of rendered faces of all complexions, the least difference. */
const LEAST = 0.02
const FEWEST = 10

/** Red less blue in the middle of an image, as a share of all light there. */
export function warmth({ width, height, data }: RawPixels): number {
  let [red, green, blue] = [0, 0, 0]
  for (let y = Math.floor(height / 3); y < (4 * height) / 5; y++) {
    for (let x = Math.floor(width / 4); x < (3 * width) / 4; x++) {
      const at = 3 * (y * width + x)
      red += data[at]
      green += data[at + 1]
      blue += data[at + 2]
    }
  }
  return (red - blue) / Math.max(1, red + green + blue)
}

/** Whether red and blue are swapped: faces are bluer than red in most of the images looked at. */
export function colourDoubts(name: string, found: readonly number[]): Doubt[] {
  const swapped = found.filter((value) => value < -LEAST).length
  if (found.length < FEWEST || swapped <= found.length / 2) return []
  return [
    {
      kind: 'colours',
      about: name,
      text: `${name}: red and blue look swapped: faces are bluer than red in ${swapped} of ${found.length} images looked at. Write them again as RGB (OpenCV's images are BGR).`,
    },
  ]
}
