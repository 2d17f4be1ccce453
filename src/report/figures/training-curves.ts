import { captionOfKinds } from '../kind-of-place.js'
import { trainingsOf } from '../trainings.js'
import type { Chart } from './chart.js'

/** Of the run rather than of what it came to: folded away. */
const FOLDED = /^Learning rate$/

/** How trainings went, a figure for each thing that they measured; cells of a grid that differ by their seed have one colour. */
export const trainingFigures: Chart = ({ merged }) => {
  const lines = trainingsOf(merged)
  // One point is no curve: the table of trainings has it.
  const drawn = lines.flatMap(({ training }) => training.curves.filter(({ x }) => x.length > 1))
  const names = [...new Set(drawn.map(({ name }) => name))]
  return names.map((name, index) => {
    const own = lines.flatMap((line) =>
      line.training.curves.flatMap((curve) => (curve.name === name ? [{ line, curve }] : [])),
    )
    const [{ curve: first }] = own
    return {
      id: `training-${index + 1}`,
      title: name,
      caption: captionOfKinds(own.map(({ line }) => line)),
      ...{ xLabel: first.xLabel, yLabel: first.yLabel, logarithmic: [], shape: 'line' },
      ...(FOLDED.test(name) && { group: 'Learning rates' }),
      series: own.map(({ line, curve }) => ({
        name: line.name,
        ...(line.kind !== undefined && { kind: line.kind }),
        points: curve.x.map((x, i) => [x, curve.y[i]] as const),
      })),
    }
  })
}
