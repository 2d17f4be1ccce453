import { z } from 'zod'
import { intervalSchema, share } from '../interval.js'
import { listOf } from '../list-of.js'
import type { Metric } from '../metric.js'
import type { Worded } from '../metric-words.js'
import {
  packedFloat32,
  packedUint8,
  packedUint16,
  packedUint32,
  unpackFloat32,
  unpackUint8,
  unpackUint16,
  unpackUint32,
} from '../packing.js'
import { evaluationBase } from './evaluation-base.js'

/** Verification of pairs, over folds whose thresholds the other folds choose: insightface's protocol and its variants. */
export const pairsProtocolSchema = z.strictObject({
  kind: z.literal('pairs'),
  folds: z.int().min(2),
  givenFolds: z.boolean(),
  flip: z.boolean(),
  fusion: z.string(),
  distance: z.string(),
  /** whose order of subtracting the mean: facenet's or MagFace's */
  subtractMean: z.union([z.literal(false), z.string()]),
  seed: z.int(),
})

export const pairsEvaluationSchema = z.strictObject({
  ...evaluationBase,
  protocol: pairsProtocolSchema,
  accuracy: share,
  std: z.number().nonnegative(),
  interval: intervalSchema,
  folds: listOf(z.strictObject({ pairs: z.int(), accuracy: share, threshold: z.number() })),
  auc: share,
  eer: share,
  tarAtFar: listOf(z.strictObject({ far: share, tar: share, resolved: z.boolean() })),
  /** of each pair: its fold (uint16), distance (float32), and whether it was decided rightly (uint8) */
  foldOf: packedUint16,
  distances: packedFloat32,
  correct: packedUint8,
})
export type PairsEvaluation = z.infer<typeof pairsEvaluationSchema>

/** What a test set of pairs tells beside its name. */
export const pairsTestSetFields = {
  kind: z.literal('pairs'),
  pairs: z.int(),
  same: z.int(),
  folds: z.int(),
  /** pairs of the whole set, where its name promises more than it holds */
  of: z.int().optional(),
  /** packed labels (uint8) of the pairs */
  labels: packedUint8,
  /** packed numbers (uint32) of the subjects of each pair, first and second, where the data name subjects */
  subjects: packedUint32.optional(),
}

/** Its numbers as metrics, the one that tables show first. */
export function pairsMetrics({ accuracy, interval, auc, eer, tarAtFar }: PairsEvaluation): Metric[] {
  const of = { parameters: {}, unit: 'share' }
  return [
    { ...of, family: 'accuracy', value: accuracy, interval, better: 'higher' },
    { ...of, family: 'auc', value: auc, better: 'higher' },
    { ...of, family: 'eer', value: eer, better: 'lower' },
    ...tarAtFar.map(
      ({ far, tar }): Metric => ({
        ...of,
        family: 'tar',
        parameters: { far },
        value: tar,
        better: 'higher',
      }),
    ),
  ]
}

/** What the families of these metrics are called. */
export const PAIRS_WORDS: Readonly<Record<string, Worded>> = {
  accuracy: {},
  auc: { called: 'AUC' },
  eer: { called: 'EER' },
  tar: { called: 'TAR', words: (told) => `TAR at FAR ${told('far')}` },
}

const isNoAnswer = (byte: number): boolean => byte > 1

/** Where a test set contradicts itself, in words; undefined where it doesn't. */
export function pairsTestSetContradiction(set: {
  readonly id: string
  readonly pairs: number
  readonly labels: string
  readonly subjects?: string | undefined
}): string | undefined {
  const labels = unpackUint8(set.labels)
  if (labels.length !== set.pairs)
    return `test set '${set.id}' has ${labels.length} labels for ${set.pairs} pairs`
  if (labels.some(isNoAnswer)) return `test set '${set.id}' has labels other than 0 and 1`
  const subjects = set.subjects === undefined ? 2 * set.pairs : unpackUint32(set.subjects).length
  return subjects === 2 * set.pairs
    ? undefined
    : `test set '${set.id}' has ${subjects} subjects for ${set.pairs} pairs`
}

/** Where an evaluation contradicts itself or its test set, in words; undefined where it doesn't. */
export function pairsContradiction(
  { model, testSet, foldOf, distances, correct, folds }: PairsEvaluation,
  { pairs }: { readonly pairs: number },
): string | undefined {
  const fold = unpackUint16(foldOf)
  const decisions = unpackUint8(correct)
  const sizes = {
    distances: unpackFloat32(distances).length,
    decisions: decisions.length,
    folds: fold.length,
  }
  for (const [what, size] of Object.entries(sizes)) {
    if (size !== pairs) return `${model} on ${testSet} has ${size} ${what} for ${pairs} pairs`
  }
  if (decisions.some(isNoAnswer)) return `${model} on ${testSet} has decisions other than 0 and 1`
  return fold.some((index) => index >= folds.length)
    ? `${model} on ${testSet} has a fold too many`
    : undefined
}
