/**
 * Everything that can be measured of a dataset or a generator: what a spec asks for under `measure:`.
 *
 * @example
 * import { MEASURES } from 'vec2face-bench/measures'
 *
 * for (const { id, summary } of MEASURES) console.log(id, summary)
 *
 * @module
 */
export { askedFor, MEASURES, measureOf, measureSpecSchema } from './list.js'
export {
  type Asked,
  defineMeasure,
  type Family,
  type Found,
  type Measure,
  type MeasureDefinition,
  type Needs,
} from './measure.js'
export { defineSetDistance, type SetDistanceDefinition } from './set-distance.js'
export type { Subject } from './subject.js'
