/** Numbers to be drawn. A report draws every figure live on the page, and as PNG, SVG and PDF. */
export interface Figure {
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly xLabel: string
  readonly yLabel: string
  /** axes whose scale is logarithmic */
  readonly logarithmic: readonly ('x' | 'y')[]
  readonly xRange?: readonly [number, number]
  readonly yRange?: readonly [number, number]
  /** whether the y axis begins at 0, where it has no range; it does where this is left out */
  readonly fromZero?: boolean
  readonly shape: 'line' | 'steps' | 'area'
  /** whether every point is marked: few ones, each a run */
  readonly marks?: boolean
  /** names of the places 0, 1, .. on the x axis, where they are no numbers */
  readonly places?: readonly string[]
  /** figures of one group are folded away together on a page */
  readonly group?: string
  readonly series: readonly Series[]
}

export interface Series {
  readonly name: string
  /** series of one kind have one colour, and its name in the legend: repetitions of one thing */
  readonly kind?: string
  readonly points: readonly (readonly [x: number, y: number])[]
  /** the interval at each point, drawn as a band */
  readonly band?: readonly { readonly x: number; readonly low: number; readonly high: number }[]
  /** not measured here: a figure of the paper, or a line to hold the others against */
  readonly reference?: 'paper' | 'guide'
}

/** What each series repeats: of those of no kind, itself. */
export function kindsOf(series: readonly Series[]): string[] {
  return series.map(({ kind, name }) => kind ?? name)
}

/** Four digits: what a chart can show. */
export function rounded(value: number): number {
  return Number(value.toPrecision(4))
}

/**
 * Points without those that lie in a row of equal ones: a line, or steps, looks the same without them. A histogram's tails and a
 * curve's last decade are mostly such.
 */
export function withoutRepeats(points: readonly (readonly [x: number, y: number])[]): typeof points {
  return points.filter(([, y], i) => y !== points[i - 1]?.[1] || y !== points[i + 1]?.[1])
}

/** The power of ten at or below a number above 0. */
export function powerBelow(value: number): number {
  return Number(`1e${Math.floor(Math.log10(value) + 1e-9)}`)
}

/** The power of ten at or above a number above 0. */
export function powerAbove(value: number): number {
  return Number(`1e${Math.ceil(Math.log10(value) - 1e-9)}`)
}
