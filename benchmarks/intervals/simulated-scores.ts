import { normalQuantile, normalTail } from '../../src/evaluate/normal.js'
import type { PairSubjects } from '../../src/evaluate/pair-subjects.js'
import { RandomStream } from '../../src/random/philox.js'

/** Two recognisers on one test set. */
export interface Setting {
  readonly name: string
  readonly pairs: number
  /** true accuracies at the best threshold */
  readonly base: number
  readonly next: number
  /** correlation of the two recognisers' scores */
  readonly correlation: number
  /** subjects of whom each is in several pairs, and the share of a score's variance that is theirs */
  readonly subjects?: { readonly count: number; readonly share: number }
}

export const SETTINGS: readonly Setting[] = [
  { name: '6,000 pairs, 95 %', pairs: 6000, base: 0.95, next: 0.95, correlation: 0.9 },
  { name: '6,000 pairs, 80 %', pairs: 6000, base: 0.8, next: 0.8, correlation: 0.9 },
  { name: '6,000 pairs, 99.8 %', pairs: 6000, base: 0.998, next: 0.998, correlation: 0.7 },
  { name: '6,000 pairs, 99.8 and 99.85 %', pairs: 6000, base: 0.998, next: 0.9985, correlation: 0.7 },
  { name: '6,000 pairs, 99.95 %', pairs: 6000, base: 0.9995, next: 0.9995, correlation: 0.7 },
  { name: '600 pairs, 95 %', pairs: 600, base: 0.95, next: 0.95, correlation: 0.9 },
  {
    name: '6,000 pairs of 600 subjects, 95 %',
    pairs: 6000,
    base: 0.95,
    next: 0.95,
    correlation: 0.8,
    subjects: { count: 600, share: 0.3 },
  },
  {
    name: '6,000 pairs of 600 subjects, 99.8 %',
    pairs: 6000,
    base: 0.998,
    next: 0.998,
    correlation: 0.7,
    subjects: { count: 600, share: 0.3 },
  },
]

/** Same and different pairs alternate; scores are normal, their distances on insightface's scale. */
export function simulate(
  { pairs, base, next, correlation, subjects }: Setting,
  seed: number,
): { same: Uint8Array; base: Float64Array; next: Float64Array; subjects?: PairSubjects } {
  const random = new RandomStream(seed, 'coverage')
  const same = Uint8Array.from({ length: pairs }, (_, pair) => pair & 1)
  const who = subjects && drawSubjects(same, subjects.count, random)
  const share = subjects?.share ?? 0
  const sharedOf = subjectEffects(subjects?.count ?? 0, random)
  const ownOf = [0, 1].map(() => subjectEffects(subjects?.count ?? 0, random))
  const effect = (of: readonly Float64Array[], pair: number): number => {
    if (who === undefined) return 0
    const [a, b] = [who.first[pair], who.second[pair]]
    return same[pair] === 1 ? of[1][a] : (of[0][a] + of[0][b]) / Math.SQRT2
  }
  const distances = [base, next].map(() => new Float64Array(pairs))
  const means = [base, next].map(normalQuantile)
  for (let pair = 0; pair < pairs; pair++) {
    const common = Math.sqrt(1 - share) * random.nextNormal() + Math.sqrt(share) * effect(sharedOf, pair)
    for (let i = 0; i < means.length; i++) {
      const own = Math.sqrt(1 - share) * random.nextNormal() + Math.sqrt(share) * effect(ownOf[i], pair)
      const score = means[i] + Math.sqrt(correlation) * common + Math.sqrt(1 - correlation) * own
      distances[i][pair] = 1.4 + 0.17 * (same[pair] === 1 ? -score : score)
    }
  }
  return { same, base: distances[0], next: distances[1], ...(who && { subjects: who }) }
}

/** The true numbers of a recogniser of this accuracy. */
export function truthOf(accuracy: number, rates: readonly number[]) {
  const a = normalQuantile(accuracy)
  return {
    accuracy,
    auc: 1 - normalTail(Math.SQRT2 * a),
    eer: normalTail(a),
    tar: rates.map((rate) => 1 - normalTail(2 * a + normalQuantile(rate))),
  }
}

/** Of each subject, how easy it is among others and with itself. */
function subjectEffects(count: number, random: RandomStream): Float64Array[] {
  return [0, 1].map(() => {
    const effects = new Float64Array(count)
    random.fillNormal(effects)
    return effects
  })
}

function drawSubjects(same: Uint8Array, count: number, random: RandomStream): PairSubjects {
  const first = Uint32Array.from(same, () => random.nextInt(count))
  const second = Uint32Array.from(same, (label, pair) => {
    return label === 1 ? first[pair] : (first[pair] + 1 + random.nextInt(count - 1)) % count
  })
  return { first, second }
}
