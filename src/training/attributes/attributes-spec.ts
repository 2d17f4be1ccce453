import { z } from 'zod'
import { readYaml } from '../../yaml-file.js'
import { optimiserSchema } from '../optimisers/list.js'
import { networkSchema } from '../recogniser-spec.js'
import { hasOneLength, ONE_LENGTH, runKeys } from '../run-spec.js'

const roleSchema = z.enum(['pose', 'quality', 'features'])

/** How a network is taught what a table says of images. */
export const attributesSpecSchema = z
  .strictObject({
    ...runKeys,
    /** what the network becomes */
    role: roleSchema,
    /** columns of the table; the role's own by default */
    columns: z.array(z.string().min(1)).min(1).optional(),
    network: networkSchema,
    /** of a quality network: numbers of its vector, and its length at a quality of 0 and of 1 */
    quality: z
      .strictObject({
        size: z.int().positive().default(64),
        range: z.tuple([z.number().positive(), z.number().positive()]).default([18, 35]),
      })
      .prefault({}),
    /** of a features network: what a Frechet distance over its features is called */
    distanceName: z.string().min(1).optional(),
    optimiser: optimiserSchema.prefault({ kind: 'adamw', rate: 0.002, betas: [0.9, 0.98] }),
    /** images a step */
    batch: z.int().min(2).default(64),
    /** what batch normalisation's running statistics take over of each batch's */
    statisticsMomentum: z.number().gt(0).max(1).default(0.1),
  })
  .refine(hasOneLength, ONE_LENGTH)
  .refine(({ role, columns }) => role !== 'pose' || columns === undefined || columns.length === 3, {
    message: 'a pose is three columns: yaw, pitch and roll in degrees',
    path: ['columns'],
  })
  .refine(({ role, columns }) => role !== 'quality' || columns === undefined || columns.length === 1, {
    message: 'a quality is one column, of 0 to 1',
    path: ['columns'],
  })
  .refine(({ network }) => network.dropout === 0, {
    message: 'the networks of attributes are trained without dropout',
    path: ['network', 'dropout'],
  })

/** What a spec says, with what it leaves out filled in. */
export type AttributesSpec = z.output<typeof attributesSpecSchema>
/** What a spec may say. */
export type AttributesSpecInput = z.input<typeof attributesSpecSchema>

/** Reads and checks a spec. @throws InputError that names the key and the line */
export const readAttributesSpec = (path: string): Promise<AttributesSpec> =>
  readYaml(path, attributesSpecSchema)
