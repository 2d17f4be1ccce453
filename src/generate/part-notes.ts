import { z } from 'zod'
import { InputError } from '../errors.js'
import { parseJson } from '../json.js'
import { type AlignCounts, addAlignCounts, alignCountsSchema, NOTHING_ALIGNED } from './align/align-counts.js'
import { type AttropCounts, addCounts, attropCountsSchema, NO_COUNTS } from './attrop/outcome-counts.js'
import type { GenerationPlan } from './generation-plan.js'

/** What is kept with a part beside its images: counts of what its plan asks for. */
const partNotesSchema = z.strictObject({
  attrop: attropCountsSchema.optional(),
  align: alignCountsSchema.optional(),
})
export type PartNotes = z.infer<typeof partNotesSchema>

/** The sums over a run's parts. */
export interface RunCounts {
  readonly attrop: AttropCounts
  readonly align: AlignCounts
}
export const NO_NOTES: RunCounts = { attrop: NO_COUNTS, align: NOTHING_ALIGNED }

export function addNotes({ attrop, align }: RunCounts, notes: PartNotes): RunCounts {
  return {
    attrop: addCounts(attrop, notes.attrop ?? NO_COUNTS),
    align: addAlignCounts(align, notes.align ?? NOTHING_ALIGNED),
  }
}

/** Reads a part's notes. @throws InputError where one that the plan asks for is missing */
export function readNotes(note: string | undefined, plan: GenerationPlan, path: string): PartNotes {
  const wanted = (['attrop', 'align'] as const).filter((key) => plan[key] !== undefined)
  if (wanted.length === 0) return {}
  const notes = partNotesSchema.safeParse(parseJson(note ?? ''))
  const missing = wanted.filter((key) => !notes.success || notes.data[key] === undefined)
  if (notes.success && missing.length === 0) return notes.data
  const of = { attrop: 'AttrOP', align: 'the search for faces' }
  throw new InputError(
    `this part does not say how ${missing.map((key) => of[key]).join(' and ')} ended`,
    path,
    'delete it and run the same command again',
  )
}
