import type { Separability } from './separability.js'

/** Two identities and their similarity. */
export interface SimilarIdentities {
  readonly identity: number
  readonly other: number
  readonly similarity: number
}

/** The most similar pairs of identities that are each other's or one's nearest, most similar first. */
export function closestPairs(
  { highest, nearest }: Pick<Separability, 'highest' | 'nearest'>,
  count: number,
): SimilarIdentities[] {
  return Array.from(highest, (similarity, identity) => ({ identity, other: nearest[identity], similarity }))
    .filter(({ identity, other }) => nearest[other] !== identity || identity < other)
    .sort((a, b) => b.similarity - a.similarity || a.identity - b.identity)
    .slice(0, count)
}
