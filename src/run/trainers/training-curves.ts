import type { Curve } from '../../results/schema.js'
import { MOST_POINTS } from '../../results/training.js'
import type { CurveLine, CurvePoint, VerificationPoint } from '../../training/curve.js'

const isVerification = (line: CurveLine): line is VerificationPoint => 'testSet' in line

/** What a run measures beside its losses; what else has a name is one. */
const MEASURES: Readonly<Record<string, readonly [name: string, yLabel: string]>> = {
  accuracy: ['Training accuracy', 'share of images nearest to their own class'],
  error: ['Training error', 'mean error'],
  rate: ['Learning rate', 'learning rate'],
  loss: ['Training loss', 'loss'],
}

/**
 * The curves of a run, one for each thing that it measured: those of long runs as the means of equal stretches, each at
 * its last step.
 */
export function trainingCurves(lines: readonly CurveLine[], most = MOST_POINTS): Curve[] {
  const points = lines.filter((line): line is CurvePoint => !isVerification(line))
  const verified = lines.filter(isVerification)
  const names = [...new Set(points.flatMap(Object.keys))].filter(
    (name) => name !== 'step' && name !== 'epoch',
  )
  const sets = [...new Set(verified.map(({ testSet }) => testSet))]
  return [
    ...names.map((key) => {
      const [name, yLabel] = MEASURES[key] ?? [`Training loss: ${key}`, key]
      const with_ = points.filter((point) => key in point)
      return thinned(
        name,
        yLabel,
        with_.map((point) => [point.step, point[key]] as const),
        most,
      )
    }),
    ...sets.map((set) => {
      const own = verified.filter(({ testSet }) => testSet === set)
      const found = own.map(({ step, verification }) => [step, verification] as const)
      return thinned(`Verification on ${set} in training`, 'accuracy', found, most)
    }),
  ]
}

function thinned(
  name: string,
  yLabel: string,
  points: readonly (readonly [step: number, value: number])[],
  most: number,
): Curve {
  const stretch = Math.ceil(points.length / most)
  const [x, y]: [number[], number[]] = [[], []]
  for (let at = 0; at < points.length; at += stretch) {
    const those = points.slice(at, at + stretch)
    x.push(those[those.length - 1][0])
    y.push(Number((those.reduce((sum, [, value]) => sum + value, 0) / those.length).toPrecision(5)))
  }
  return { name, x, y, xLabel: 'step', yLabel }
}
