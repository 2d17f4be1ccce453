import type { z } from 'zod'
import type { GeneratorDescriptor } from '../../models/descriptor.js'
import { diffusion } from './diffusion.js'
import type { BatchDraws, GeneratorFamily } from './family.js'
import { noise } from './noise.js'
import { vec2face } from './vec2face.js'

/** A family as the list of them has it: every kind of record looks alike, and is checked where it is used. */
export interface Family {
  readonly id: string
  readonly key: string
  readonly title: string
  readonly schema: z.ZodType
  recordFor(descriptor: GeneratorDescriptor): unknown
  batch(descriptor: GeneratorDescriptor, record: unknown, size: number): BatchDraws
}

function family<R>({ id, record, recordFor, batch }: GeneratorFamily<R>): Family {
  return {
    id,
    ...record,
    recordFor,
    batch: (descriptor, recorded, size) => batch(descriptor, record.schema.parse(recorded), size),
  }
}

/** All families. A generator that is of none takes identity vectors alone; one that is of several takes what all of them draw. */
export const FAMILIES: readonly Family[] = [family(vec2face), family(noise), family(diffusion)]

/** What plans record of families: each under its own key, left out for a generator that is not of it. */
export function familyRecords(): Record<string, z.ZodOptional> {
  return Object.fromEntries(FAMILIES.map(({ key, schema }) => [key, schema.optional()]))
}

/** What the plan of a run with this generator records of its families, by their keys. */
export function recordsFor(descriptor: GeneratorDescriptor): Record<string, unknown> {
  const records = FAMILIES.map((family) => [family.key, family.recordFor(descriptor)] as const)
  return Object.fromEntries(records.filter(([, record]) => record !== undefined))
}

/** What one batch needs beside its vectors, of all the families that a plan records. */
export function batchDraws(
  descriptor: GeneratorDescriptor,
  records: Readonly<Record<string, unknown>>,
  size: number,
): BatchDraws {
  const draws = FAMILIES.filter(({ key }) => records[key] !== undefined).map((family) =>
    family.batch(descriptor, records[family.key], size),
  )
  return {
    draw(place, drawn) {
      for (const part of draws) part.draw(place, drawn)
    },
    inputs: () => Object.assign({}, ...draws.map((part) => part.inputs())),
  }
}
