import { z } from 'zod'
import { asked } from './asked.js'
import { cmmd } from './cmmd.js'
import { contactSheets } from './contact-sheets.js'
import { frechet } from './frechet.js'
import { identities } from './identities.js'
import { infinity } from './infinity.js'
import { kid } from './kid.js'
import { leakage } from './leakage.js'
import type { Asked, Family, Measure } from './measure.js'
import { prdc } from './prdc.js'
import { separability } from './separability.js'
import { speed } from './speed.js'

/**
 * Everything that can be measured, in the order of a report. Commands, the keys of a spec, what the results hold, the
 * parts of a report and what a comparison tolerates come from here.
 */
export const MEASURES: Measure[] = [
  separability,
  identities,
  asked,
  leakage,
  frechet,
  infinity,
  kid,
  prdc,
  cmmd,
  speed,
  contactSheets,
]

/** What a spec may say under `measure:`. */
export function measureSpecSchema(): z.ZodType<Record<string, unknown>> {
  return z.strictObject(Object.fromEntries(MEASURES.map(({ id, options }) => [id, options.optional()])))
}

/** The measurements that a spec asks for, in their order. */
export function askedFor(spec: Readonly<Record<string, unknown>>): Asked[] {
  return MEASURES.flatMap((measure) => measure.ask(spec[measure.id]) ?? [])
}

/** The measurement that gives a family of metrics, and what it says of it; undefined where none does. */
export function measureOf(name: string): { readonly measure: Measure; readonly family: Family } | undefined {
  for (const measure of MEASURES) {
    const family = measure.gives.find((given) =>
      typeof given.family === 'string' ? given.family === name : given.family.test(name),
    )
    if (family !== undefined) return { measure, family }
  }
  return undefined
}
