import { join } from 'node:path'
import type { MeanSubtraction } from '../../src/evaluate/distances.js'
import { PAPER_PROTOCOL, verify } from '../../src/evaluate/verification.js'
import { RandomStream } from '../../src/random/philox.js'
import { runPython } from '../../test/python.js'
import { type Check, inFolder, largestDifference, writeArray } from './check.js'

const PAIRS = 3000
const SIZE = 128

/** Pairs with an offset that all share and norms of 1 to 20, so that the order of steps matters. */
function sample() {
  const random = new RandomStream(1, 'fidelity')
  const same = Uint8Array.from({ length: PAIRS }, () => random.nextInt(2))
  const features = new Float32Array(2 * PAIRS * SIZE)
  random.fillNormal(features)
  for (let image = 0; image < 2 * PAIRS; image++) {
    const norm = 20 ** random.next()
    for (let i = image * SIZE; i < (image + 1) * SIZE; i++) {
      if (image % 2 === 1 && same[image >> 1] === 1) features[i] += 0.35 * features[i - SIZE]
      features[i] = (features[i] + (i % SIZE < 8 ? 1.5 : 0)) * norm
    }
  }
  return { features, same }
}

function verifySample(subtractMean: false | MeanSubtraction) {
  const { features, same } = sample()
  const first = Uint32Array.from(same, (_, pair) => 2 * pair)
  const pairs = { first, second: first.map((image) => image + 1), same }
  const protocol = {
    ...PAPER_PROTOCOL,
    subtractMean,
    distance: subtractMean === false ? ('squared-euclidean' as const) : ('angular' as const),
  }
  const images = { images: 2 * PAIRS, size: SIZE, plain: features }
  return { features, same, ...verify(images, pairs, protocol, String) }
}

function protocolCheck(name: string, reference: string, order: false | MeanSubtraction): Check {
  return {
    name,
    reference,
    unit: "folds' accuracies and thresholds",
    tolerance: 0,
    needs: ['numpy'],
    compare: () =>
      inFolder((folder) => {
        const { features, same, folds } = verifySample(order)
        const script = join('test', 'evaluate', 'reference.py')
        const files = [
          writeArray(join(folder, 'features.npy'), features, [2 * PAIRS, SIZE]),
          writeArray(join(folder, 'same.npy'), same, [PAIRS]),
        ]
        const args = [script, ...files, '10', '-', ...(order === false ? [] : [order])]
        const theirs = JSON.parse(runPython(args).toString())
        const difference = Math.max(
          largestDifference(
            folds.map(({ accuracy }) => accuracy),
            theirs.accuracies,
          ),
          largestDifference(
            folds.map(({ threshold }) => threshold),
            theirs.thresholds,
          ),
        )
        return { difference, of: `${PAIRS} pairs, 10 folds` }
      }),
  }
}

const area: Check = {
  name: 'area under the ROC',
  reference: 'scikit-learn, roc_auc_score',
  unit: 'area',
  tolerance: 1e-12,
  needs: ['sklearn'],
  compare: () =>
    inFolder((folder) => {
      const { same, distances, auc } = verifySample(false)
      const files = [
        writeArray(join(folder, 'same.npy'), same, [PAIRS]),
        writeArray(join(folder, 'distances.npy'), distances, [PAIRS]),
      ]
      const script = `import sys, numpy as np
from sklearn.metrics import roc_auc_score
same, distances = map(np.load, sys.argv[1:])
print(repr(float(roc_auc_score(same, -distances))))`
      const theirs = Number(runPython(['-c', script, ...files]).toString())
      return { difference: Math.abs(auc - theirs), of: `${PAIRS} pairs` }
    }),
}

const RATES = [1e-1, 1e-2, 1e-3]

const rates: Check = {
  name: 'EER, and TAR at FAR 0.1, 0.01, 0.001',
  reference: "scikit-learn's roc_curve, SciPy's brentq",
  unit: 'rate',
  tolerance: 1e-10,
  needs: ['sklearn', 'scipy'],
  compare: () =>
    inFolder((folder) => {
      const { same, distances, eer, tarAtFar } = verifySample(false)
      const files = [
        writeArray(join(folder, 'same.npy'), same, [PAIRS]),
        writeArray(join(folder, 'distances.npy'), distances, [PAIRS]),
      ]
      const script = `import json, sys, numpy as np
from scipy.interpolate import interp1d
from scipy.optimize import brentq
from sklearn.metrics import roc_curve
same, distances = map(np.load, sys.argv[1:3])
far, tar, _ = roc_curve(same, -distances, drop_intermediate=False)
eer = brentq(lambda x: 1 - x - interp1d(far, tar)(x), 0, 1, xtol=1e-14)
print(json.dumps([eer] + [float(tar[far <= rate].max()) for rate in json.loads(sys.argv[3])]))`
      const theirs = JSON.parse(runPython(['-c', script, ...files, JSON.stringify(RATES)]).toString())
      const ours = RATES.map((rate) => tarAtFar.find(({ far }) => far === rate)?.tar ?? Number.NaN)
      return { difference: largestDifference([eer, ...ours], theirs), of: `${PAIRS} pairs` }
    }),
}

export const VERIFICATION_CHECKS: readonly Check[] = [
  protocolCheck("insightface's 10-fold verification", 'its arithmetic in NumPy', false),
  protocolCheck("the mean subtracted, facenet's order", 'its arithmetic in NumPy', 'facenet'),
  protocolCheck("the mean subtracted, MagFace's order", 'eval_1v1.py in NumPy', 'magface'),
  area,
  rates,
]
