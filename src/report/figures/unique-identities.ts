import { captionOfKinds } from '../kind-of-place.js'
import { paperSeparability, READ_OFF_THRESHOLD } from '../paper/separability-figure.js'
import type { PlacedDataset } from '../placed-datasets.js'
import type { Chart } from './chart.js'
import { type Figure, powerAbove, powerBelow, type Series } from './figure.js'

/** What the measurement of separability calls its counts: at which threshold, seen by whom. */
const NAME = /^Unique identities among the first n at (-?[\d.]+), by (.+)$/

/** The threshold and the recogniser of a curve of unique identities; undefined of any other. */
export function uniqueCurve(name: string): { readonly threshold: number; readonly by: string } | undefined {
  const found = NAME.exec(name)
  return found === null ? undefined : { threshold: Number(found[1]), by: found[2] }
}

/**
 * Identity separability as the paper draws it: identities with no earlier one above the threshold, among the first n;
 * both axes logarithmic, a curve a dataset. At the paper's threshold with its curves, read off the picture.
 */
export const uniqueIdentities: Chart = ({ merged }) => {
  const names = merged.datasets.flatMap(({ curves }) => curves.map(({ name }) => name))
  const told = [...new Set(names)].flatMap((name) => {
    const said = uniqueCurve(name)
    return said === undefined ? [] : [{ name, ...said }]
  })
  return told.map(({ name, threshold, by }, index) =>
    uniqueFigure({
      id: `unique-${index + 1}`,
      title: `Unique identities at ${threshold}, by ${by}`,
      thresholds: [threshold],
      measured: measuredOn(name, merged.datasets),
    }),
  )
}

function measuredOn(name: string, datasets: readonly PlacedDataset[]): Series[] {
  return datasets.flatMap((dataset) =>
    dataset.curves
      .filter((curve) => curve.name === name)
      .map((curve) => ({
        name: dataset.name,
        ...(dataset.kind !== undefined && { kind: dataset.kind }),
        points: curve.x.map((n, i) => [n, curve.y[i]] as const),
      })),
  )
}

/** Curves of unique identities in one figure, beside the paper's where a threshold is its own. */
export function uniqueFigure({
  thresholds,
  measured,
  ...named
}: {
  readonly id: string
  readonly title: string
  readonly thresholds: readonly number[]
  readonly measured: readonly Series[]
}): Figure {
  const reference = thresholds.includes(READ_OFF_THRESHOLD) ? paperSeparability() : []
  // On a logarithmic axis there is no 0.
  const own = measured.map((series) => ({
    ...series,
    points: series.points.filter(([n, count]) => n > 0 && count > 0),
  }))
  const all = [...own, ...reference].flatMap(({ points }) => points.map(([n]) => n))
  const range = [powerBelow(Math.min(...all)), powerAbove(Math.max(...all))] as const
  return {
    ...named,
    caption: [
      `Identities with no earlier one more similar than ${thresholds.join(' or ')}, among the first n.`,
      ...(reference.length === 0
        ? []
        : [
            "Thin and dashed: the authors' curves, read off their picture within some 2 %, seen by their recogniser.",
          ]),
      captionOfKinds(own),
    ]
      .filter((part) => part !== '')
      .join(' '),
    xLabel: 'identities n',
    yLabel: 'unique identities',
    logarithmic: ['x', 'y'],
    xRange: range,
    yRange: [1, range[1]],
    shape: 'line',
    series: [...own, ...reference],
  }
}
