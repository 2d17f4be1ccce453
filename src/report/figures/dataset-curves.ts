import { captionOfKinds } from '../kind-of-place.js'
import type { Chart } from './chart.js'
import { uniqueCurve } from './unique-identities.js'

/**
 * The curves that measurements of datasets found, a figure a name; those that have a chart of their own left out. Cells of a grid
 * that differ by their seed have one colour.
 */
export const datasetCurves: Chart = ({ merged }) => {
  const all = merged.datasets.flatMap(({ curves }) => curves)
  const names = [...new Set(all.map(({ name }) => name))].filter((name) => uniqueCurve(name) === undefined)
  return names.map((name, index) => {
    const withIt = merged.datasets.flatMap((dataset) =>
      dataset.curves.filter((curve) => curve.name === name).map((curve) => ({ dataset, curve })),
    )
    const { xLabel, yLabel } = withIt[0].curve
    return {
      id: `curve-${index + 1}`,
      title: name,
      caption: captionOfKinds(withIt.map(({ dataset }) => dataset)),
      xLabel,
      yLabel,
      logarithmic: [],
      shape: 'line',
      series: withIt.map(({ dataset, curve }) => ({
        name: dataset.name,
        ...(dataset.kind !== undefined && { kind: dataset.kind }),
        points: curve.x.map((x, i) => [x, curve.y[i]] as const),
      })),
    }
  })
}
