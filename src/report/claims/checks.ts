import type { Merged } from '../merge.js'
import { accuracyContrast, type Contrast } from './contrast.js'
import { frechetContrast, separabilityContrast, speedContrast } from './metric-contrast.js'

/** A contrast that a claim needs above a bound (or, with `atMost`, below one). */
export interface Need {
  readonly contrast: Contrast | undefined
  readonly above?: number
  readonly atMost?: number
  /** what has to be measured for it */
  readonly needs: string
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
/** What `a large margin` and `strongly` mean here: more than one point. */
const STRONG = 1
/** How far apart two shares of separable identities may be and still be the same, in points. */
const SAME_SEPARABILITY = 1
const CLAIMED_SPEED = 311
/** The paper's: at a similarity of 0.4. */
const SEPARABLE = 'separable@0.4'

/** `a` above `b` on the test sets by more than `above` points. */
function above(merged: Merged, a: string, b: string, sets: readonly string[], bound = 0): Need {
  return {
    contrast: accuracyContrast(merged, a, b, sets),
    above: bound,
    needs: `${a} and ${b} on ${sets === FIVE ? 'the five test sets' : sets.join(', ')}`,
  }
}

/** Measured rows of the ablation over average identity similarity, from the highest: `hsface10k-similarity-0.35`. */
function similarityRows(merged: Merged): string[] {
  const ids = merged.runs.flatMap(({ verification }) => verification.map(({ model }) => model))
  const value = (id: string): number => Number.parseFloat(id.split('-similarity-')[1])
  return [...new Set(ids)]
    .filter((id) => id.startsWith(`${OURS}-similarity-`) && Number.isFinite(value(id)))
    .sort((a, b) => value(b) - value(a))
}

/** What each claim needs, by its id: it holds where every need does. */
export const CHECKS: Readonly<Record<string, (merged: Merged) => Need[]>> = {
  'separability-like-real': (merged) => [
    {
      contrast: separabilityContrast(merged, OURS, 'webface4m', SEPARABLE),
      above: -SAME_SEPARABILITY,
      needs: `${SEPARABLE} of the datasets ${OURS} and webface4m by the same recogniser`,
    },
    ...RIVALS.map((rival) => ({
      contrast: separabilityContrast(merged, OURS, rival, SEPARABLE),
      above: 0,
      needs: `that of ${rival}`,
    })),
  ],
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
    {
      contrast: speedContrast(merged, GENERATED, ['arc2face']),
      above: CLAIMED_SPEED,
      needs: 'imagesPerSecond of the datasets vec2face and arc2face on one machine, at one batch size',
    },
  ],
  'fid-below-arc2face': (merged) => [
    {
      contrast: frechetContrast(merged, ['arc2face'], GENERATED, 'FID'),
      above: 0,
      needs: 'FID of the datasets vec2face and arc2face to the same reference, each with its sampling error',
    },
  ],
  'attrop-helps': (merged) => [
    above(merged, OURS, `${OURS}-no-attrop`, FIVE, STRONG),
    above(merged, OURS, `${OURS}-no-pose`, ['agedb']),
    above(merged, OURS, `${OURS}-no-pose`, ['calfw']),
  ],
  'sigma-too-small': (merged) => [above(merged, OURS, `${OURS}-sigma-0.3`, FIVE, STRONG)],
  'sigma-too-large': (merged) => [above(merged, OURS, `${OURS}-sigma-0.9`, FIVE, STRONG)],
  'id-separability-needed': (merged) => {
    const rows = similarityRows(merged)
    if (rows.length < 3)
      return [
        {
          contrast: undefined,
          needs: `three recognisers ${OURS}-similarity-N on the five test sets, N the average similarity of the identities`,
        },
      ]
    const [next, lowest] = rows.slice(-2)
    return [
      above(merged, lowest, rows[0], FIVE, STRONG),
      {
        contrast: accuracyContrast(merged, lowest, next, FIVE),
        atMost: STRONG,
        needs: `${lowest} and ${next} on the five test sets`,
      },
    ]
  },
}
