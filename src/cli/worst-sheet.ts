import type { DatasetReader } from '../datasets/dataset.js'
import { firstImagesOf, imagesAt } from '../datasets/picked-images.js'
import { writeSimilarPairs } from '../images/similar-pairs-sheet.js'
import type { Leakage } from '../metrics/leakage.js'

/** Images of a reference identity beside the image that is like it. */
const IMAGES_EACH = 3

/** The pictures of some references by number, each an identity; or an image, where there are as many as images. */
async function referencePictures(numbers: ReadonlySet<number>, references: number, dataset: DatasetReader) {
  if (dataset.imageCount !== references) return firstImagesOf(dataset, numbers, IMAGES_EACH)
  const images = await imagesAt(dataset, numbers)
  return new Map(Array.from(images, ([number, cell]) => [number, [cell]] as const))
}

/** Draws the images of the list of the worst, each beside the reference that it is most similar to. */
export async function drawWorst(
  { worst, references }: Leakage,
  images: DatasetReader,
  known: DatasetReader,
  out: string,
): Promise<void> {
  const pictures = await imagesAt(images, new Set(worst.map(({ image }) => image)))
  const numbers = new Set(worst.map(({ reference }) => reference))
  const others = await referencePictures(numbers, references, known)
  await writeSimilarPairs(
    worst.map(({ image, reference, similarity }) => {
      const cell = pictures.get(image)
      return {
        left: cell === undefined ? [] : [cell],
        right: others.get(reference) ?? [],
        names: [cell?.name ?? `image ${image}`, known.identityNames?.[reference] ?? `reference ${reference}`],
        similarity,
      }
    }),
    `the ${worst.length} images most similar to a reference`,
    out,
  )
}
