import type { Picture } from '../results/schema.js'
import type { Subject } from './subject.js'

/** Pairs that are shown, and images of each identity. */
const SHOWN = 5
const IMAGES_EACH = 3

const asDataset = (subject: Subject) => ({ path: subject.name, records: () => subject.records() })

/** The most similar identities of a dataset as a picture; none where its faces may not be shown. */
export async function similarIdentities(
  subject: Subject,
  by: string,
  found: { readonly highest: Float64Array; readonly nearest: Int32Array },
): Promise<Picture[]> {
  if (!subject.showsFaces) return []
  const { closestPairs } = await import('../metrics/closest-pairs.js')
  const { firstImagesOf } = await import('../datasets/picked-images.js')
  const pairs = closestPairs(found, SHOWN)
  const wanted = new Set(pairs.flatMap(({ identity, other }) => [identity, other]))
  const images = await firstImagesOf(asDataset(subject), wanted, IMAGES_EACH)
  const title = `${subject.name}: the most similar identities, by ${by}`
  return [
    await drawn(
      title,
      pairs.map(({ identity, other, similarity }) => ({
        left: images.get(identity) ?? [],
        right: images.get(other) ?? [],
        names: [`identity ${identity}`, `identity ${other}`] as const,
        similarity,
      })),
    ),
  ]
}

/** The images most similar to a reference's identities, each beside them; none where either's faces may not be shown. */
export async function leakedFaces(
  subject: Subject,
  reference: Subject,
  by: string,
  worst: readonly { readonly image: number; readonly reference: number; readonly similarity: number }[],
): Promise<Picture[]> {
  if (!subject.showsFaces || !reference.showsFaces) return []
  const { firstImagesOf, imagesAt } = await import('../datasets/picked-images.js')
  const images = await imagesAt(asDataset(subject), new Set(worst.map(({ image }) => image)))
  const others = await firstImagesOf(
    asDataset(reference),
    new Set(worst.map((one) => one.reference)),
    IMAGES_EACH,
  )
  const title = `${subject.name}: the images most similar to ${reference.name}, by ${by}`
  return [
    await drawn(
      title,
      worst.map((one) => {
        const cell = images.get(one.image)
        return {
          left: cell === undefined ? [] : [cell],
          right: others.get(one.reference) ?? [],
          names: [`image ${one.image}`, `identity ${one.reference}`] as const,
          similarity: one.similarity,
        }
      }),
    ),
  ]
}

async function drawn(
  title: string,
  pairs: Parameters<typeof import('../images/similar-pairs-sheet.js')['drawSimilarPairs']>[0],
): Promise<Picture> {
  const { drawSimilarPairs } = await import('../images/similar-pairs-sheet.js')
  const data = await drawSimilarPairs(pairs, undefined, title, 'jpeg')
  return {
    title,
    caption: 'The cosine similarity stands beside each row.',
    type: 'image/jpeg',
    data: data.toString('base64'),
  }
}
