import type { Doubt } from '../doubt.js'
import type { Doubts } from '../doubts/doubts.js'
import { featureDoubts } from '../doubts/feature-doubts.js'
import { imageDoubts } from '../doubts/image-doubts.js'
import { inputDoubts } from '../doubts/input-doubts.js'
import { pairDoubts } from '../doubts/pair-doubts.js'
import { InputError } from '../errors.js'
import type { ImageFeatures } from '../evaluate/distances.js'
import { subjectsOfPairs } from '../evaluate/pair-subjects.js'
import { PAPER_PROTOCOL, type Protocol, type VerificationResult, verify } from '../evaluate/verification.js'
import type { FaceDetector } from '../faces/face-detector.js'
import type { FeatureCache } from '../features/cache.js'
import { extractFeatures } from '../features/extraction.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import type { Progress } from '../progress.js'
import { pack } from '../results/packing.js'
import type { Evaluation, LeftOut, PairsEvaluation } from '../results/schema.js'
import type { TestSet } from '../test-sets/test-set.js'
import type { Identified } from './described.js'
import { errorFaces } from './error-faces.js'
import { type Faces, type Portrayed, showsFaces } from './faces.js'
import { leftOutOf } from './left-out-pairs.js'
import type { ProtocolSpec } from './spec.js'
import { verifyStep } from './steps.js'

/** A test set as a run names it. */
export type VerifiedTestSet = Identified<TestSet> &
  Portrayed & {
    /** what the user let be skipped */
    readonly leftOut?: LeftOut
  }

export interface VerifyOptions {
  readonly protocol: ProtocolSpec
  readonly seed: number
  readonly session: SessionOptions
  readonly batch?: number
  readonly cache?: FeatureCache
  readonly progress: Progress
  readonly doubts: Doubts
  /** measures whether test sets are aligned; told from a few pixels without one */
  readonly detector?: FaceDetector
  /** whose faces the results may hold: the worst errors as pictures; none where left out */
  readonly faces?: Faces
  /** called as each verification begins */
  readonly onStep?: (name: string) => void
  /** called with each result as it is there, so that nothing computed is lost */
  readonly onResult?: (result: Evaluation) => void | Promise<void>
}

/** A protocol together with whether mirrored images are used. */
export type ResolvedProtocol = Protocol & { readonly flip: boolean }

/** The protocol of a spec; flip and fusion come from the descriptor unless the spec says otherwise. */
export function resolveProtocol(
  spec: ProtocolSpec,
  seed: number,
  recogniser?: RecogniserDescriptor,
): ResolvedProtocol {
  return {
    folds: spec.folds,
    givenFolds: spec.givenFolds,
    flip: spec.flip ?? recogniser?.flip ?? false,
    fusion: spec.fusion ?? recogniser?.fusion ?? 'sum',
    distance: spec.distance,
    subtractMean: spec.subtractMean,
    farTargets: spec.far,
    interval: { ...PAPER_PROTOCOL.interval, seed, resamples: spec.resamples },
  }
}

/**
 * Verifies every recogniser on every test set. One network is open at a time; features come from the cache where it
 * has them.
 * @throws InputError
 */
export async function verifyModels(
  models: readonly Identified<Model<RecogniserDescriptor>>[],
  testSets: readonly VerifiedTestSet[],
  options: VerifyOptions,
): Promise<Evaluation[]> {
  const results: Evaluation[] = []
  const { doubts } = options
  for (const { value: testSet } of testSets)
    requireBothKinds(testSet.pairs.same, testSet.name, options.protocol.folds)
  const doubtsOfSets = new Map<string, readonly Doubt[]>()
  for (const set of testSets) doubtsOfSets.set(set.id, doubts.add(await testSetDoubts(set, options.detector)))
  for (const { id, value: model } of models) {
    const ofModel = doubts.add(inputDoubts(id, model.descriptor.input))
    const protocol = resolveProtocol(options.protocol, options.seed, model.descriptor)
    const session = ModelSession.deferred(model, options.session)
    try {
      for (const testSet of testSets) {
        options.onStep?.(verifyStep(id, testSet.id))
        const started = performance.now()
        const features = await extractFeatures(session, testSet.value, {
          mirrored: protocol.flip,
          progress: options.progress,
          ...(options.batch !== undefined && { batch: options.batch }),
          ...(options.cache !== undefined && { cache: options.cache }),
        })
        const evaluation = verifyFeatures({ model: id, testSet }, features, protocol, started)
        const faces =
          options.faces !== undefined && showsFaces(testSet, options.faces)
            ? await errorFaces(testSet.value, evaluation)
            : []
        const result = {
          ...evaluation,
          ...(faces.length > 0 && { faces }),
          ...leftOutOf(testSet),
          doubts: [
            ...(doubtsOfSets.get(testSet.id) ?? []),
            ...ofModel,
            ...doubts.add(featureDoubts(id, testSet.id, features)),
          ],
        }
        results.push(result)
        await options.onResult?.(result)
      }
    } finally {
      await session.close()
    }
  }
  return results
}

async function testSetDoubts(set: VerifiedTestSet, detector?: FaceDetector): Promise<Doubt[]> {
  const { id, value, demo } = set
  const { pairs, folds, name } = value
  const named = { name, same: pairs.same, folds, leftOut: leftOutOf(set).leftOut?.pairs, demo }
  return [...pairDoubts(named), ...(await imageDoubts({ ...value, name: id }, detector))]
}

/** @throws InputError where there are no same or no different pairs, or fewer pairs than folds */
export function requireBothKinds(same: Uint8Array, where: string, folds: number): void {
  const positives = same.reduce((count, label) => count + label, 0)
  if (positives === 0 || positives === same.length) {
    throw new InputError(
      `all ${same.length} pairs are of ${positives === 0 ? 'different people' : 'the same person'}`,
      where,
      'a verification needs pairs of both kinds',
    )
  }
  if (same.length < folds) {
    throw new InputError(`${same.length} pairs can't be cut into ${folds} folds`, where, [
      'ask for fewer folds',
      { flag: '--folds', text: 'give --folds' },
    ])
  }
}

/** Verifies features that are there already. @throws InputError at a feature that holds NaN or is zero */
export function verifyFeatures(
  of: {
    readonly model: string
    readonly testSet: Identified<Pick<TestSet, 'pairs' | 'folds' | 'subjectOf' | 'imageName'>>
  },
  features: ImageFeatures,
  protocol: ResolvedProtocol,
  started = performance.now(),
): PairsEvaluation {
  const { pairs, folds, subjectOf } = of.testSet.value
  const result = verify(
    features,
    pairs,
    protocol,
    (image) => of.testSet.value.imageName(image),
    folds,
    subjectOf && subjectsOfPairs(pairs, subjectOf),
  )
  return toEvaluation(of.model, of.testSet.id, protocol, result, (performance.now() - started) / 1000)
}

function toEvaluation(
  model: string,
  testSet: string,
  protocol: ResolvedProtocol,
  result: VerificationResult,
  seconds: number,
): PairsEvaluation {
  const { accuracy, std, interval, folds, auc, eer, tarAtFar } = result
  return {
    model,
    testSet,
    protocol: {
      kind: 'pairs',
      folds: folds.length,
      givenFolds: protocol.givenFolds,
      flip: protocol.flip,
      fusion: protocol.fusion,
      distance: protocol.distance,
      subtractMean: protocol.subtractMean,
      seed: protocol.interval.seed,
    },
    accuracy,
    std,
    interval,
    folds: [...folds],
    auc,
    eer,
    tarAtFar: [...tarAtFar],
    foldOf: pack(result.foldOf),
    distances: pack(Float32Array.from(result.distances)),
    correct: pack(result.correct),
    doubts: [],
    seconds,
  }
}
