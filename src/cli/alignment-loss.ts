import { join } from 'node:path'
import { ALIGNMENT_TABLE } from '../align/align-journal.js'
import { alignPhotographs } from '../align/align-photographs.js'
import { readLandmarks } from '../align/landmark-table.js'
import { openPhotographs } from '../align/open-photographs.js'
import { createFolder } from '../bytes/files.js'
import { pairedEstimates } from '../compare/paired-estimates.js'
import { writeDemoPhotographs } from '../demo/write-photographs.js'
import { Doubts } from '../doubts/doubts.js'
import { normalQuantile } from '../evaluate/normal.js'
import type { Limits } from '../evaluate/score-interval.js'
import { pairedLimits } from '../evaluate/uncertainty.js'
import type { DetectorDescriptor, RecogniserDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import type { Progress } from '../progress.js'
import { isOf } from '../results/evaluation.js'
import type { Evaluation, PairsEvaluation } from '../results/schema.js'
import { describeTestSet, type Identified } from '../run/described.js'
import { protocolSpecSchema } from '../run/spec.js'
import { type VerifiedTestSet, verifyModels } from '../run/verify-models.js'
import { openTestSet } from '../test-sets/open-test-set.js'

const LEVEL = 0.95

export interface AlignmentLossOptions {
  readonly people: number
  readonly images: number
  readonly seed: number
  readonly progress: Progress
}

/** Accuracy of a recogniser, shares, with 95 % intervals. */
export interface RecogniserLoss {
  readonly recogniser: string
  readonly true: Limits & { readonly accuracy: number }
  readonly found: Limits & { readonly accuracy: number }
  /** found minus true, on the same pairs */
  readonly difference: Limits & { readonly accuracy: number }
}

/** What a detector costs in the rendered world. */
export interface AlignmentLoss {
  readonly photographs: number
  readonly pairs: number
  /** photographs in which the detector finds a face; the middle of the others is cropped */
  readonly found: number
  /** mean distance from the true landmarks, as a share of the distance of the eyes */
  readonly landmarkError: number
  readonly recognisers: readonly RecogniserLoss[]
}

/**
 * Renders photographs of people who do not exist, aligns them by their true landmarks and by a detector, and verifies
 * recognisers on both.
 * @param folder an empty one, for photographs and crops @throws InputError
 */
export async function alignmentLoss(
  folder: string,
  detector: Model<DetectorDescriptor>,
  recognisers: readonly Identified<Model<RecogniserDescriptor>>[],
  { people, images, seed, progress }: AlignmentLossOptions,
): Promise<AlignmentLoss> {
  const { photographs, pairs } = await writeDemoPhotographs(
    folder,
    { people, imagesEach: images, seed },
    progress,
  )
  const [list, source] = [join(folder, 'pairs.txt'), join(folder, 'images')]
  const landmarks = await readLandmarks(join(folder, 'landmarks.csv'))
  for (const [name, by] of Object.entries({ true: { landmarks }, found: { detector } })) {
    const out = join(folder, name)
    await createFolder(out)
    const opened = await openPhotographs(list, { images: source, out })
    const settings = { size: 112, choose: 'insightface', detection: {} } as const
    await alignPhotographs(opened, { out, ...by, settings, noFace: 'centre', progress })
    await opened.close()
  }
  const found = await readLandmarks(join(folder, 'found', ALIGNMENT_TABLE))
  const results = { true: [] as Evaluation[], found: [] as Evaluation[] }
  for (const name of ['true', 'found'] as const) {
    const value = await openTestSet(list, { images: join(folder, name), name })
    const set: VerifiedTestSet = { id: name, value, demo: true }
    try {
      results[name] = await verifyModels(recognisers, [set], {
        protocol: protocolSpecSchema.parse({}),
        seed,
        session: {},
        progress,
        doubts: new Doubts(),
      })
    } finally {
      await value.close()
    }
  }
  const set = await openTestSet(list, { images: source })
  const described = describeTestSet('pairs', set, true, 10)
  await set.close()
  const losses = recognisers.flatMap(({ id }, i): RecogniserLoss[] => {
    const [base, next] = [results.true[i], results.found[i]]
    if (!isOf(base, 'pairs') || !isOf(next, 'pairs') || described.kind !== 'pairs') return []
    const estimates = pairedEstimates(base, next, described, { resamples: base.interval.resamples })
    const z = normalQuantile((1 + LEVEL) / 2)
    const limits = pairedLimits(estimates.base.accuracy, estimates.next.accuracy, estimates.subjects, z)
    return [
      {
        recogniser: id,
        true: shown(base),
        found: shown(next),
        difference: { accuracy: next.accuracy - base.accuracy, low: limits.low, high: limits.high },
      },
    ]
  })
  return {
    photographs,
    pairs,
    found: found.size,
    landmarkError: landmarkError(landmarks, found),
    recognisers: losses,
  }
}

function shown({ accuracy, interval: { low, high } }: PairsEvaluation): Limits & { accuracy: number } {
  return { accuracy, low, high }
}

function landmarkError(
  truth: ReadonlyMap<string, readonly number[]>,
  found: ReadonlyMap<string, readonly number[]>,
): number {
  const errors = [...found].map(([image, points]) => {
    const real = truth.get(image) ?? []
    const away = (i: number) => Math.hypot(points[2 * i] - real[2 * i], points[2 * i + 1] - real[2 * i + 1])
    const mean = [0, 1, 2, 3, 4].reduce((sum, i) => sum + away(i) / 5, 0)
    return mean / Math.hypot(real[0] - real[2], real[1] - real[3])
  })
  return errors.reduce((sum, error) => sum + error / errors.length, 0)
}
