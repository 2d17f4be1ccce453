import { PAPER_PROTOCOL, verify } from '../evaluate/verification.js'
import { extractFeatures } from '../features/extraction.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import type { TestSet } from '../test-sets/test-set.js'
import type { VerificationPoint } from './curve.js'

/** A test set by the name that a curve knows it by. */
export interface NamedTestSet {
  readonly id: string
  readonly set: TestSet
}

/** Verifies a network on test sets, by the paper's protocol, as its descriptor says. @throws InputError */
export async function verifyOn(
  model: Model<RecogniserDescriptor>,
  testSets: readonly NamedTestSet[],
  step: number,
  options: SessionOptions,
): Promise<VerificationPoint[]> {
  const points: VerificationPoint[] = []
  const session = await ModelSession.open(model, options)
  const { flip, fusion } = model.descriptor
  try {
    for (const { id, set } of testSets) {
      const features = await extractFeatures(session, set, { mirrored: flip })
      const protocol = { ...PAPER_PROTOCOL, fusion }
      const { accuracy, std } = verify(
        features,
        set.pairs,
        protocol,
        (image) => set.imageName(image),
        set.folds,
      )
      points.push({ step, testSet: id, verification: accuracy, std })
    }
  } finally {
    await session.close()
  }
  return points
}
