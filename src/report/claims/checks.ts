import type { Merged } from '../merge.js'
import { accuracyContrast, type Contrast, isMeasurement } from './contrast.js'
import { frechetContrast, separabilityContrast, speedContrast } from './metric-contrast.js'

/** A contrast that a claim needs above a bound (or, with `atMost`, below one). */
export interface Need {
  readonly contrast: Contrast | undefined
  readonly above?: number
  readonly atMost?: number
  /** what has to be measured for it: names, and where or how */
  readonly needs: readonly string[]
  readonly where: string
}

const FIVE = ['lfw', 'cfp-fp', 'cplfw', 'agedb', 'calfw']
const SCALES = ['hsface10k', 'hsface20k', 'hsface100k', 'hsface200k', 'hsface300k']
const REAL = 'casia-webface'
const RIVALS = [
  'idiff-face',
  'dcface',
  'arc2face',
  'digiface',
  'synface',
  'sface',
  'idnet',
  'exfacegan',
  'sface2',
  'langevin-disco',
]
const OURS = 'hsface10k'
/** Datasets of Vec2Face's generator. */
const GENERATED = ['vec2face', OURS]
/** How far apart two shares of separable identities may be and still be the same, in points. */
const SAME_SEPARABILITY = 1
const CLAIMED_SPEED = 311
/** The paper's: no other identity as similar. */
const SEPARABLE = 0.4

/** `a` above `b` on the test sets by more than `bound` points. */
function above(merged: Merged, a: string, b: string, sets: readonly string[], bound = 0): Need {
  return { contrast: accuracyContrast(merged, a, b, sets), above: bound, ...lacking(merged, [a, b], sets) }
}

/** Which of the recognisers were not measured on all the sets; where all were, it was not on the same pairs. */
function lacking(
  merged: Merged,
  models: readonly string[],
  sets: readonly string[],
): Pick<Need, 'needs' | 'where'> {
  const unmeasured = models.filter((model) =>
    sets.some((set) => !merged.evaluations.some((it) => isMeasurement(it, model, set))),
  )
  const on = `on ${sets === FIVE ? 'the five test sets' : sets.join(', ')}`
  return unmeasured.length > 0
    ? { needs: unmeasured, where: on }
    : { needs: models, where: `${on}, of the same files` }
}

/** Of datasets: a metric of the two of them that can be held against each other. */
function together(
  contrast: Contrast | undefined,
  bound: number,
  ids: readonly string[],
  where: string,
): Need {
  return { contrast, above: bound, needs: ids, where }
}

/** What each claim needs, by its id: it holds where every need does. Those of ablations are the grids' (grid-claims.ts). */
export const CHECKS: Readonly<Record<string, (merged: Merged) => Need[]>> = {
  'separability-like-real': (merged) =>
    ['webface4m', ...RIVALS].map((other, i) =>
      together(
        separabilityContrast(merged, OURS, other, SEPARABLE),
        i === 0 ? -SAME_SEPARABILITY : 0,
        [OURS, other],
        `as datasets with separable identities at ${SEPARABLE} by one recogniser`,
      ),
    ),
  'sota-avg-0.5m': (merged) => RIVALS.map((rival) => above(merged, OURS, rival, FIVE)),
  'calfw-beats-real': (merged) => [above(merged, OURS, REAL, ['calfw'])],
  'scaling-does-not-flatten': (merged) =>
    SCALES.slice(1).map((scale, i) => above(merged, scale, SCALES[i], FIVE)),
  'hadrian-eclipse-beat-real-at-scale': (merged) =>
    SCALES.slice(2).flatMap((scale) =>
      ['hadrian', 'eclipse'].map((set) => above(merged, scale, REAL, [set])),
    ),
  'sslfw-doppelver-below-real': (merged) =>
    SCALES.flatMap((scale) => ['sslfw', 'doppelver'].map((set) => above(merged, REAL, scale, [set]))),
  'speed-311x': (merged) => [
    together(
      speedContrast(merged, GENERATED, ['arc2face']),
      CLAIMED_SPEED,
      ['vec2face', 'arc2face'],
      'as datasets with images a second, on one machine at one batch size',
    ),
  ],
  'fid-below-arc2face': (merged) => [
    together(
      frechetContrast(merged, ['arc2face'], GENERATED, 'FID'),
      0,
      ['vec2face', 'arc2face'],
      'as datasets with FID to one reference, each with its sampling error',
    ),
  ],
}
