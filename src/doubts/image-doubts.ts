import type { Doubt } from '../doubt.js'
import type { FaceDetector } from '../faces/face-detector.js'
import { alignmentDoubts, eyeContrast } from './alignment-doubts.js'
import { colourDoubts, warmth } from './colour-doubts.js'
import { displacement, measuredAlignmentDoubts } from './measured-alignment.js'
import { type Images, sampledPixels } from './sampled-pixels.js'

/**
 * What some of the images of faces tell about all: whether they look aligned, measured where there is a detector, and
 * whether their colours look swapped.
 */
export async function imageDoubts(images: Images, detector?: FaceDetector): Promise<Doubt[]> {
  const [contrasts, warmths]: [number[], number[]] = [[], []]
  const displacements: (number | undefined)[] = []
  for await (const pixels of sampledPixels(images)) {
    warmths.push(warmth(pixels))
    if (detector === undefined) contrasts.push(eyeContrast(pixels))
    else displacements.push(await displacement(pixels, detector))
  }
  const alignment =
    detector === undefined
      ? alignmentDoubts(images.name, contrasts)
      : measuredAlignmentDoubts(images.name, displacements)
  return [...alignment, ...colourDoubts(images.name, warmths)]
}
