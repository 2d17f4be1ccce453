import { RandomStream } from '../../src/random/philox.js'
import type { Results } from '../../src/results/schema.js'
import {
  datasetOf,
  modelOf,
  NINE_SETS,
  resultsOf,
  testSetOf,
  verificationOf,
} from '../compare/simulated-runs.js'

/** The smallest picture: one grey pixel. */
const PIXEL = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=='

/** Simulated results of recognisers by test sets, laid out in one table; accuracy falls from row to row. */
export function sampleReport(
  models: readonly string[],
  sets: readonly string[] = NINE_SETS,
  pairs = 6000,
): Results {
  const same = Uint8Array.from({ length: pairs }, (_, pair) => pair & 1)
  const evaluations = sets.flatMap((set, column) =>
    models.map((model, row) => {
      const random = new RandomStream(7, 'sample', column, row)
      const separation = 0.42 - 0.015 * row - 0.01 * column
      const distances = Float32Array.from(same, (label) =>
        Math.min(3.99, Math.max(0, 1.4 + (label === 1 ? -1 : 1) * separation + 0.2 * random.nextNormal())),
      )
      return verificationOf(model, set, distances, same)
    }),
  )
  return resultsOf({
    title: 'Simulated recognisers',
    description: 'Made by a test.',
    models: models.map((id) => modelOf(id)),
    testSets: sets.map((id) => testSetOf(id, same)),
    evaluations,
    datasets: [
      {
        ...datasetOf('faces', [
          { family: 'separable', parameters: {}, value: 987, count: 1000, better: 'higher' },
          { family: 'fid', parameters: {}, value: 12.3, standardError: 0.2, better: 'lower' },
        ]),
        curves: [{ name: 'unique identities', x: [1, 2, 3], y: [1, 2, 2.5], xLabel: 'n', yLabel: 'unique' }],
        pictures: [{ title: 'Faces', caption: 'A pixel.', type: 'image/png', data: PIXEL }],
      },
    ],
    tables: [
      {
        id: 'sample',
        title: 'Simulated accuracies & more <of> 100 % #1_a',
        caption: '',
        rows: models.map((model, i) => ({
          name: model,
          model,
          labels: { images: '0.5M' },
          reference: i % 2 === 0 ? { lfw: 98.87 } : {},
        })),
        columns: sets.map((id) => ({ id, name: id.toUpperCase() })),
        labelColumns: ['images'],
        average: true,
        source: 'Vec2Face, arXiv 2409.02979',
      },
    ],
    missing: [{ kind: 'model', id: 'sface', howToGet: 'train it' }],
  })
}

/** Ten rows of the paper's tables. */
export const TEN_MODELS = [
  'hsface10k',
  'hsface20k',
  'hsface100k',
  'hsface200k',
  'hsface300k',
  'casia-webface',
  'dcface',
  'arc2face',
  'digiface',
  'synface',
]
