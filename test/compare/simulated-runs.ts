import { sha256 } from '../../src/bytes/hashing.js'
import { consecutiveFolds } from '../../src/evaluate/folds.js'
import { kFoldVerification } from '../../src/evaluate/k-fold-verification.js'
import { normalQuantile, normalTail } from '../../src/evaluate/normal.js'
import { areaUnderCurve, equalErrorRate, rocCurve, tarAtFar } from '../../src/evaluate/roc.js'
import { RandomStream } from '../../src/random/philox.js'
import { pack } from '../../src/results/packing.js'
import {
  type DatasetResult,
  type Metric,
  type ModelResult,
  type PairsEvaluation,
  RESULTS_VERSION,
  type Results,
  type TestSetResult,
} from '../../src/results/schema.js'

/** How two recognisers behave on the same pairs. */
export interface Behaviour {
  readonly pairs: number
  /** true accuracies at the best threshold */
  readonly base: number
  readonly next: number
  /** expected share of pairs that only one of the two decides rightly */
  readonly discordant: number
  /** the new run's distances from the border, times this: another scale, the same decisions; 1 */
  readonly scale?: number
}

const FARS = [1e-1, 1e-2, 1e-3]

/**
 * Scores s = m + sqrt(r) shared + sqrt(1 - r) own, normal, right where s > 0: m gives the accuracy, r the share of
 * discordant pairs. Found by bisection on the integral over the shared part.
 */
function correlationFor({ base, next, discordant }: Behaviour): number {
  const [a, b] = [normalQuantile(base), normalQuantile(next)]
  const disagreement = (r: number): number => {
    let sum = 0
    for (let i = -300; i <= 300; i++) {
      const s = i / 50
      const p = normalTail(-(a + Math.sqrt(r) * s) / Math.sqrt(1 - r))
      const q = normalTail(-(b + Math.sqrt(r) * s) / Math.sqrt(1 - r))
      sum += (Math.exp((-s * s) / 2) / Math.sqrt(2 * Math.PI) / 50) * (p * (1 - q) + q * (1 - p))
    }
    return sum
  }
  let low = 0
  let high = 1 - 1e-9
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2
    if (disagreement(middle) > discordant) low = middle
    else high = middle
  }
  return (low + high) / 2
}

const correlations = new Map<string, number>()

/** The distances of both recognisers; same and different pairs alternate. */
function simulateDistances(random: RandomStream, behaviour: Behaviour) {
  const key = JSON.stringify(behaviour)
  const r = correlations.get(key) ?? correlationFor(behaviour)
  correlations.set(key, r)
  const { pairs, scale = 1 } = behaviour
  const same = Uint8Array.from({ length: pairs }, (_, pair) => pair & 1)
  const [a, b] = [normalQuantile(behaviour.base), normalQuantile(behaviour.next)]
  const base = new Float32Array(pairs)
  const next = new Float32Array(pairs)
  for (let pair = 0; pair < pairs; pair++) {
    const shared = Math.sqrt(r) * random.nextNormal()
    const side = same[pair] === 1 ? -0.17 : 0.17
    base[pair] = 1.4 + side * (a + shared + Math.sqrt(1 - r) * random.nextNormal())
    next[pair] = 1.4 + scale * side * (b + shared + Math.sqrt(1 - r) * random.nextNormal())
  }
  return { same, base, next }
}

/** A verification as the protocol makes it from distances. */
export function verificationOf(
  model: string,
  testSet: string,
  distances: Float32Array,
  same: Uint8Array,
): PairsEvaluation {
  const folds = consecutiveFolds(same.length, 10)
  const values = Float64Array.from(distances)
  const result = kFoldVerification(() => values, same, folds)
  const roc = rocCurve(values, same)
  const error = Math.sqrt((result.accuracy * (1 - result.accuracy)) / same.length)
  return {
    model,
    testSet,
    protocol: {
      kind: 'pairs',
      folds: 10,
      givenFolds: true,
      flip: true,
      fusion: 'sum',
      distance: 'squared-euclidean',
      subtractMean: false,
      seed: 0,
    },
    accuracy: result.accuracy,
    std: result.std,
    interval: {
      low: Math.max(0, result.accuracy - 1.96 * error),
      high: Math.min(1, result.accuracy + 1.96 * error),
      level: 0.95,
      resamples: 0,
    },
    folds: [...result.folds],
    auc: areaUnderCurve(roc),
    eer: equalErrorRate(roc),
    tarAtFar: FARS.map((far) => ({ far, tar: tarAtFar(roc, far), resolved: true })),
    foldOf: pack(folds.of),
    distances: pack(distances),
    correct: pack(result.correct),
    doubts: [],
    seconds: 1,
  }
}

export function testSetOf(id: string, same: Uint8Array, name = id): TestSetResult {
  return {
    id,
    name,
    format: 'insightface-bin',
    fingerprint: sha256(id),
    images: same.length * 2,
    pairs: same.length,
    same: same.reduce((sum, label) => sum + label, 0),
    folds: 10,
    demo: false,
    kind: 'pairs',
    labels: pack(same),
  }
}

export function modelOf(id: string, version = ''): ModelResult {
  return {
    id,
    name: id,
    role: 'recogniser',
    sha256: sha256(id + version),
    descriptor: {},
    licence: 'MIT',
    demo: false,
  }
}

export function datasetOf(id: string, metrics: Metric[]): DatasetResult {
  return {
    id,
    name: id,
    demo: false,
    identities: 1000,
    images: 50000,
    fingerprint: sha256(id),
    metrics,
    curves: [],
    pictures: [],
    notes: [],
  }
}

/** Results around what was measured. */
export function resultsOf(parts: Partial<Results>): Results {
  const text = 'name: simulated\n'
  return {
    schema: 'vec2face-bench/results',
    version: RESULTS_VERSION,
    name: 'simulated',
    title: 'Simulated runs',
    description: '',
    seed: 0,
    spec: { sha256: sha256(text), text },
    provenance: {
      program: { name: 'vec2face-bench', version: '0.1.0' },
      command: ['run', 'simulated.yaml'],
      started: '2026-01-01T00:00:00.000Z',
      seconds: 60,
      node: 'v20.0.0',
      onnxruntime: '1.30.0',
      platform: 'linux x64',
      processor: 'simulated',
      cores: 2,
      memoryBytes: 2 ** 34,
      provider: 'cpu',
      threads: 2,
    },
    models: [],
    testSets: [],
    evaluations: [],
    datasets: [],
    tables: [],
    missing: [],
    warnings: [],
    ...parts,
  }
}

/** One recogniser on several test sets, before and after: a behaviour for each set. */
export function simulatePair(
  seed: number,
  behaviours: Readonly<Record<string, Behaviour>>,
  model = 'recogniser',
): { base: Results; next: Results } {
  const base: PairsEvaluation[] = []
  const next: PairsEvaluation[] = []
  const testSets: TestSetResult[] = []
  Object.entries(behaviours).forEach(([id, behaviour], index) => {
    const drawn = simulateDistances(new RandomStream(seed, 'simulated-scores', index), behaviour)
    base.push(verificationOf(model, id, drawn.base, drawn.same))
    next.push(verificationOf(model, id, drawn.next, drawn.same))
    testSets.push(testSetOf(id, drawn.same))
  })
  return {
    base: resultsOf({ models: [modelOf(model)], testSets, evaluations: base }),
    next: resultsOf({ models: [modelOf(model, '2')], testSets, evaluations: next }),
  }
}

export const NINE_SETS = [
  'lfw',
  'cfp-fp',
  'agedb',
  'calfw',
  'cplfw',
  'hadrian',
  'eclipse',
  'sslfw',
  'doppelver',
]

export const UNCHANGED: Behaviour = { pairs: 6000, base: 0.95, next: 0.95, discordant: 0.03 }
export const ONE_POINT_LOST: Behaviour = { pairs: 6000, base: 0.95, next: 0.94, discordant: 0.03 }
