import { z } from 'zod'
import {
  PAIRS_WORDS,
  pairsContradiction,
  pairsEvaluationSchema,
  pairsMetrics,
  pairsTestSetContradiction,
  pairsTestSetFields,
} from './evaluations/pairs.js'
import type { Metric } from './metric.js'
import type { Worded } from './metric-words.js'

/**
 * A model judged on a test set. Protocols differ in what they tell, so an evaluation is a union over
 * `protocol.kind`: another protocol is one file in `evaluations/` and one line in each list here.
 */
export const evaluationSchema = z.union([pairsEvaluationSchema])
export type Evaluation = z.infer<typeof evaluationSchema>
export type ProtocolKind = Evaluation['protocol']['kind']
export type EvaluationOf<K extends ProtocolKind> = Extract<Evaluation, { protocol: { kind: K } }>

const sha = z.string().regex(/^[0-9a-f]{64}$/)

const testSetBase = {
  id: z.string(),
  name: z.string(),
  format: z.string(),
  fingerprint: sha,
  images: z.int(),
  demo: z.boolean(),
}

/** What a test set holds, by the kind of protocol that it is for. */
export const testSetResultSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...testSetBase, ...pairsTestSetFields }),
])
export type TestSetResult = z.infer<typeof testSetResultSchema>
export type TestSetOf<K extends ProtocolKind> = Extract<TestSetResult, { kind: K }>

interface Protocol<K extends ProtocolKind> {
  /** the numbers of an evaluation; the first is the one that tables and trends show */
  readonly metrics: (evaluation: EvaluationOf<K>) => Metric[]
  /** what their families are called */
  readonly words: Readonly<Record<string, Worded>>
  readonly testSetContradiction: (testSet: TestSetOf<K>) => string | undefined
  readonly contradiction: (evaluation: EvaluationOf<K>, testSet: TestSetOf<K>) => string | undefined
}

const PROTOCOLS: { readonly [K in ProtocolKind]: Protocol<K> } = {
  pairs: {
    metrics: pairsMetrics,
    words: PAIRS_WORDS,
    testSetContradiction: pairsTestSetContradiction,
    contradiction: pairsContradiction,
  },
}

/** Whether an evaluation is of a protocol. */
export function isOf<K extends ProtocolKind>(evaluation: Evaluation, kind: K): evaluation is EvaluationOf<K> {
  return evaluation.protocol.kind === kind
}

/** The numbers of an evaluation; the first is the one that tables and trends show. */
export function metricsOf(evaluation: Evaluation): Metric[] {
  return PROTOCOLS[evaluation.protocol.kind].metrics(evaluation)
}

/** What a family of a protocol's metrics says of itself; undefined where it is none of theirs. */
export function wordedOf(family: string): Worded | undefined {
  return Object.values(PROTOCOLS).find(({ words }) => Object.hasOwn(words, family))?.words[family]
}

/** Where a test set contradicts itself, in words; undefined where it doesn't. */
export function testSetContradiction(testSet: TestSetResult): string | undefined {
  return PROTOCOLS[testSet.kind].testSetContradiction(testSet)
}

/** Where an evaluation contradicts itself or its test set, in words; undefined where it doesn't. */
export function evaluationContradiction(evaluation: Evaluation, testSet: TestSetResult): string | undefined {
  const { kind } = evaluation.protocol
  if (testSet.kind !== kind)
    return `${evaluation.model} was judged by a protocol of ${kind} on ${testSet.id}, which holds ${testSet.kind}`
  return PROTOCOLS[kind].contradiction(evaluation, testSet)
}
