import type { ComparisonTable } from '../comparison-table.js'
import type { Merged } from '../merge.js'
import type { Chart } from './chart.js'
import { datasetCurves } from './dataset-curves.js'
import { detCurves } from './det.js'
import type { Figure } from './figure.js'
import { gridCurves } from './grid-curves.js'
import { rocCurves } from './roc.js'
import { similarityHistograms } from './similarities.js'
import { trainingFigures } from './training-curves.js'
import { uniqueIdentities } from './unique-identities.js'

/** Every chart of a report, in its order. */
const CHARTS: readonly Chart[] = [
  gridCurves,
  uniqueIdentities,
  rocCurves,
  datasetCurves,
  trainingFigures,
  detCurves,
  similarityHistograms,
]

/** Every figure of a report, in its order. */
export function figuresOf(merged: Merged, tables: readonly ComparisonTable[]): Figure[] {
  return CHARTS.flatMap((chart) => chart({ merged, tables }))
}
