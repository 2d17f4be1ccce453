import { z } from 'zod'
import { curveSchema } from '../results/curve.js'
import { metricSchema } from '../results/metric.js'
import type { MetricPolicy } from '../results/metric-policy.js'
import type { Words } from '../results/metric-words.js'
import { pictureSchema } from '../results/picture.js'
import type { Subject } from './subject.js'

/** What a measurement found, as the results keep it. */
export const foundSchema = z.strictObject({
  metrics: z.array(metricSchema).default([]),
  /** numbers against numbers, to be drawn */
  curves: z.array(curveSchema).default([]),
  pictures: z.array(pictureSchema).default([]),
  /** what a reader of the numbers must know, a sentence each */
  notes: z.array(z.string()).default([]),
})
export type Found = z.input<typeof foundSchema>

/** A kind of number that a measurement gives: what the results call its `family`. */
export interface Family {
  /** `separable`; an expression where a model's descriptor has a say in the name */
  readonly family: string | RegExp
  /** what help and notes call it, where the family isn't a word for a reader: `FID`, `images a second` */
  readonly called?: string
  /** it with its parameters and its reference, for tables; by default {@link called} with them behind it */
  readonly words?: Words
  /** what it says, for help and reports: a clause */
  readonly means: string
  /** whether a report's summary shows it: a number that a dataset is known by */
  readonly key?: true
  /** how a comparison takes it, where a policy says nothing; by default it gates, and 5 % matter */
  readonly policy?: MetricPolicy
}

/** What has to be there before anything is measured, by the ids that the options hold. */
export interface Needs {
  /** networks that look at images, and the roles they may have */
  readonly models?: readonly { readonly id: string; readonly roles: readonly ImageRole[] }[]
  /** datasets to compare with */
  readonly references?: readonly string[]
  /** generators of several networks, to be timed */
  readonly pipelines?: readonly string[]
  /** what the dataset was generated from: one that 'generate dataset' wrote */
  readonly generation?: true
}

export type ImageRole = 'recogniser' | 'features' | 'quality' | 'pose'

/** A measurement of a dataset or its generator, as it is written down. */
export interface MeasureDefinition<S extends z.ZodType> {
  /** the key under `measure:` in a spec */
  readonly id: string
  /** the command under `metrics`, where it isn't the id */
  readonly command?: string
  /** heads its part of a report */
  readonly title: string
  /** one line of help */
  readonly summary: string
  /** what can be asked for; `describe` each key, which is its help. What was parsed is parsed again: no transforms */
  readonly options: S
  readonly gives: readonly Family[]
  needs?(options: z.output<S>): Needs
  /** why these options can't be measured on such a dataset; undefined where they can */
  refuses?(options: z.output<S>, on: { readonly generated: boolean }): string | undefined
  /** whether the number is another every time (a timing): it is measured anew in every run */
  readonly timed?: true
  /** to be raised when the same inputs give other numbers than before: what was kept is then measured anew */
  readonly revision: number
  /** Arithmetic is imported here, when it is needed: who only lists the measurements loads none of it. */
  measure(subject: Subject, options: z.output<S>): Promise<Found>
}

/** A measurement that was asked for, its options validated. */
export interface Asked {
  readonly measure: Measure
  readonly options: unknown
  readonly needs: Needs
  refuses(on: { readonly generated: boolean }): string | undefined
  take(subject: Subject): Promise<Found>
}

/** A measurement as the list of them has it. */
export interface Measure<S extends z.ZodType = z.ZodType>
  extends Omit<MeasureDefinition<S>, 'needs' | 'refuses' | 'measure' | 'command'> {
  readonly command: string
  /** @param value of the options, as a spec has it; undefined where it is not asked for */
  ask(value: unknown): Asked | undefined
}

/** Makes a measurement out of its definition. */
export function defineMeasure<S extends z.ZodType>(definition: MeasureDefinition<S>): Measure<S> {
  const { id, title, summary, options, gives, timed, revision, command = id } = definition
  const measure: Measure<S> = {
    ...{ id, title, summary, options, gives, revision, command },
    ...(timed && { timed }),
    ask(value) {
      if (value === undefined || value === false) return undefined
      const parsed = options.parse(value)
      return {
        measure,
        options: parsed,
        needs: definition.needs?.(parsed) ?? {},
        refuses: (on) => definition.refuses?.(parsed, on),
        take: (subject) => definition.measure(subject, parsed),
      }
    },
  }
  return measure
}
