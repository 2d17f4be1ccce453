import { join } from 'node:path'
import { z } from 'zod'
import { Doubts } from '../../doubts/doubts.js'
import type { FeatureCache } from '../../features/cache.js'
import { loadModel, requireRole } from '../../models/model.js'
import type { RecordedSession } from '../../models/session.js'
import type { Progress } from '../../progress.js'
import { evaluationSchema } from '../../results/evaluation.js'
import { modelResultSchema } from '../../results/schema.js'
import { describeModel } from '../described.js'
import type { ProtocolSpec } from '../spec.js'
import { type VerifiedTestSet, verifyModels } from '../verify-models.js'
import { keyOf, type Stage } from './stage.js'
import type { Trained } from './train.js'

const schema = z.strictObject({
  /** of the test set's file */
  fingerprint: z.string(),
  model: modelResultSchema,
  evaluation: evaluationSchema,
})
export type Verified = z.infer<typeof schema>

/** A recogniser that is trained, or one that exists. */
export type Verifiable = Stage<Trained> | { readonly path: string; readonly sha256: string }

export interface VerifyInputs {
  /** id of the recogniser in the results */
  readonly id: string
  readonly title: string
  readonly testSet: {
    readonly id: string
    /** what is asked of one that is made on demand */
    readonly pairsPerFold?: number
    /** left out where only a plan is made */
    readonly opened?: VerifiedTestSet
  }
  readonly protocol: ProtocolSpec
  readonly seed: number
}

export interface VerifyStageOptions {
  readonly cacheFolder: string
  readonly cache: FeatureCache
  readonly session: RecordedSession
  readonly progress: Progress
}

/** A recogniser verified on a test set. Its features are kept by content, too. */
export function verifyStage(
  recogniser: Verifiable,
  { id, title, testSet, protocol, seed }: VerifyInputs,
  options: VerifyStageOptions,
): Stage<Verified> {
  const trained = 'kind' in recogniser ? recogniser : undefined
  const { pairsPerFold, opened } = testSet
  const recipe = [
    ...['sha256' in recogniser ? recogniser.sha256 : '', testSet.id, pairsPerFold ?? 0],
    ...[protocol, seed, options.session.provider],
  ]
  const needs = trained === undefined ? [] : [trained]
  return {
    ...{ kind: 'verify', title: `${title} on ${testSet.id}`, schema, needs },
    key: keyOf('verify', recipe, needs),
    work: { units: 1, unit: 'test sets', like: `${testSet.id} of ${pairsPerFold ?? 'all'} pairs a fold` },
    holds: async ({ fingerprint }) => opened === undefined || opened.value.fingerprint === fingerprint,
    async make(take) {
      if (opened === undefined) throw new Error(`${testSet.id} was not opened`)
      const path =
        'path' in recogniser ? recogniser.path : join(options.cacheFolder, (await take(recogniser)).path)
      const value = requireRole(await loadModel(path), 'recogniser')
      const [evaluation] = await verifyModels([{ id, value }], [opened], {
        ...{ protocol, seed, doubts: new Doubts() },
        ...options,
      })
      const { fingerprint } = opened.value
      return { outcome: { fingerprint, model: describeModel(id, value), evaluation }, files: [] }
    },
  }
}
