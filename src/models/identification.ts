import { z } from 'zod'

/** What is said of a network that takes batches of any size: memory is what ends them. */
export const ANY_BATCH = { min: 1, max: 1024 } as const

/** Batch sizes that one call accepts. A network exported with a fixed batch has `min` = `max`. */
const batchSchema = z
  .strictObject({
    min: z.int().positive().default(ANY_BATCH.min),
    max: z.int().positive().default(ANY_BATCH.max),
  })
  .refine((batch) => batch.min <= batch.max, 'min is at most max')

/** What every descriptor says, whatever its role. */
export const identification = {
  name: z.string().min(1),
  /** the ONNX file, relative to the descriptor; by default the file of the same name */
  file: z.string().min(1).optional(),
  description: z.string().optional(),
  /** SPDX expression or the licence's name */
  licence: z.string().default('unknown'),
  provenance: z
    .strictObject({
      source: z.string().optional(),
      trainedOn: z.string().optional(),
      sha256: z
        .string()
        .regex(/^[0-9a-f]{64}$/, '64 hexadecimal digits')
        .optional(),
      note: z.string().optional(),
    })
    .default({}),
  /** true for what was trained on the project's own rendered faces: every table and picture then says so */
  demo: z.boolean().default(false),
  batch: batchSchema.default(ANY_BATCH),
}

/** A row of numbers an image. */
export const featureOutput = z.strictObject({ name: z.string().min(1), size: z.int().positive() })
