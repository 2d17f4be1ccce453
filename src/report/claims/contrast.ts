import { differenceInterval, discordanceOf } from '../../compare/mcnemar.js'
import { isOf } from '../../results/evaluation.js'
import { unpackUint8 } from '../../results/packing.js'
import { findMeasured, type Merged } from '../merge.js'
import { signed } from '../numbers.js'

/** One thing measured against another: by how much the first is above, with a 95 % interval. */
export interface Contrast {
  readonly text: string
  readonly low: number
  readonly high: number
  readonly demo: boolean
}

const LEVEL = 0.95

interface Paired {
  readonly difference: number
  readonly low: number
  readonly high: number
  readonly demo: boolean
}

/** Accuracy of `a` minus that of `b` in points, on the same pairs; undefined where one is missing or the files differ. */
function pairedAccuracies(merged: Merged, a: string, b: string, testSet: string): Paired | undefined {
  const [one, other] = [a, b].map((model) => findMeasured(merged.runs, model, testSet))
  if (one === undefined || other === undefined) return undefined
  const sets = [one, other].map(({ run }) => run.testSets.find(({ id }) => id === testSet))
  if (sets[0] === undefined || sets[0].fingerprint !== sets[1]?.fingerprint) return undefined
  if (!isOf(one.evaluation, 'pairs') || !isOf(other.evaluation, 'pairs')) return undefined
  const found = discordanceOf(unpackUint8(other.evaluation.correct), unpackUint8(one.evaluation.correct))
  const { low, high } = differenceInterval(found, LEVEL)
  return {
    difference: 100 * (one.evaluation.accuracy - other.evaluation.accuracy),
    low: 100 * low,
    high: 100 * high,
    demo:
      sets.some((set) => set?.demo === true) ||
      [one, other].some(({ run, evaluation }) =>
        run.models.some(({ id, demo }) => id === evaluation.model && demo),
      ),
  }
}

/**
 * Mean accuracy of `a` over the test sets minus that of `b`, in points. The sets' differences are independent, so that
 * their errors add up in squares. Undefined unless both were measured on every set, on the same pairs.
 */
export function accuracyContrast(
  merged: Merged,
  a: string,
  b: string,
  testSets: readonly string[],
): Contrast | undefined {
  const found = testSets.map((set) => pairedAccuracies(merged, a, b, set))
  const there = found.filter((entry) => entry !== undefined)
  if (there.length < testSets.length) return undefined
  const mean = (pick: (entry: Paired) => number): number =>
    there.reduce((sum, entry) => sum + pick(entry), 0) / there.length
  const half = Math.hypot(...there.map(({ low, high }) => (high - low) / 2)) / there.length
  const middle = mean(({ low, high }) => (low + high) / 2)
  const [low, high] = [middle - half, middle + half]
  const where = testSets.length === 1 ? testSets[0] : `the mean of ${testSets.length} test sets`
  return {
    text: `${a} against ${b} on ${where}: ${signed(mean(({ difference }) => difference))} points [${signed(low)}, ${signed(high)}]`,
    low,
    high,
    demo: there.some(({ demo }) => demo),
  }
}
