import type { Doubt } from '../doubt.js'
import { alignment, templateOf } from '../faces/aligned-crop.js'
import type { FaceDetector } from '../faces/face-detector.js'
import { warpSimilarity } from '../faces/warp.js'
import type { RawPixels } from '../images/image.js'

/** The template is of squares of this side; an image of another size is one that was scaled. */
const SIDE = 112
/** Black around an image: a face that fills it is found more surely. */
const MARGIN = 28
/** Distance of the template's eyes, pixels. */
const EYES = Math.hypot(
  templateOf(SIDE)[1][0] - templateOf(SIDE)[0][0],
  templateOf(SIDE)[1][1] - templateOf(SIDE)[0][1],
)

/** How far alignment would move the five points of an image, as a share of the distance of the eyes; undefined without a face. */
export async function displacement(image: RawPixels, detector: FaceDetector): Promise<number | undefined> {
  const scale = SIDE / Math.max(image.width, image.height)
  const shift = MARGIN + 0.5 * (scale - 1)
  const framed = warpSimilarity(image, { a: scale, b: 0, tx: shift, ty: shift }, SIDE + 2 * MARGIN)
  const [face] = await detector.detect(framed)
  if (face === undefined) return undefined
  const { a, b, tx, ty } = alignment(
    face.points.map((value) => value - MARGIN),
    SIDE,
    '',
  )
  const moved = templateOf(SIDE).map(([x, y]) => Math.hypot(a * x - b * y + tx - x, b * x + a * y + ty - y))
  return moved.reduce((sum, value) => sum + value, 0) / moved.length / EYES
}

/** Aligned faces are moved less, unaligned ones more: photographs and detectors differ by some hundredths. */
const MOST = 0.2
const FEWEST = 10

/** Whether faces are elsewhere than ArcFace's template has them, as a detector finds them. @param found the {@link displacement} of images */
export function measuredAlignmentDoubts(name: string, found: readonly (number | undefined)[]): Doubt[] {
  const distances = found.filter((value) => value !== undefined).sort((a, b) => a - b)
  if (found.length < FEWEST) return []
  const none = found.length - distances.length
  const median = distances[Math.floor(distances.length / 2)]
  const text =
    none > found.length / 2
      ? `the detector finds no face in ${none} of ${found.length} images looked at`
      : median > MOST
        ? `a detector finds the five points ${Math.round(100 * median)} % of the distance of the eyes away from ArcFace's template (median of ${distances.length} images), in aligned faces less than ${100 * MOST} %`
        : undefined
  if (text === undefined) return []
  return [
    {
      kind: 'alignment',
      about: name,
      text: `${name}: the images are not aligned: ${text}. Align them to the template ('datasets align'), or check how they were cropped.`,
    },
  ]
}
