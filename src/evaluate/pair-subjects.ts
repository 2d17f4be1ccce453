import type { Influence } from './influence.js'

/** Who is in a pair's two images: numbers of subjects, equal in a same pair. */
export interface PairSubjects {
  readonly first: Uint32Array
  readonly second: Uint32Array
}

/** The variance of an estimate whose pairs are independent. */
export function independentVariance(influence: Influence): number {
  return influence.reduce((sum, value) => sum + value * value, 0)
}

/**
 * The variance of an estimate whose pairs depend on each other where they share a subject, in whichever place (Aronow,
 * Samii and Assenova, "Cluster-robust variance estimation for dyadic data", Political Analysis 2015): each subject's pairs
 * are summed up before they are squared, and what two subjects have in common is counted once. It is what taking out one
 * subject after the other shows. At least the variance of independent pairs. Linear in the pairs.
 */
export function clusteredVariance(influence: Influence, subjects: PairSubjects | undefined): number {
  const independent = independentVariance(influence)
  if (subjects === undefined) return independent
  const bySubject = new Map<number, number>()
  const byTwo = new Map<string, number>()
  influence.forEach((value, pair) => {
    const [a, b] = [subjects.first[pair], subjects.second[pair]]
    bySubject.set(a, (bySubject.get(a) ?? 0) + value)
    if (a === b) return
    bySubject.set(b, (bySubject.get(b) ?? 0) + value)
    const two = a < b ? `${a} ${b}` : `${b} ${a}`
    byTwo.set(two, (byTwo.get(two) ?? 0) + value)
  })
  const squares = (sums: Iterable<number>): number => {
    let total = 0
    for (const sum of sums) total += sum * sum
    return total
  }
  return Math.max(independent, squares(bySubject.values()) - squares(byTwo.values()))
}

/** The subjects of pairs of images. */
export function subjectsOfPairs(
  pairs: { readonly first: Uint32Array; readonly second: Uint32Array },
  subjectOf: Uint32Array,
): PairSubjects {
  return {
    first: pairs.first.map((image) => subjectOf[image]),
    second: pairs.second.map((image) => subjectOf[image]),
  }
}
