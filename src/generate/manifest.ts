import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../bytes/files.js'
import { DATASET_FORMATS } from '../datasets/formats.js'
import { asInputError, InputError } from '../errors.js'
import { parseJson } from '../json.js'
import { alignCountsSchema } from './align/align-counts.js'
import { attropCountsSchema } from './attrop/outcome-counts.js'
import { generationPlanSchema } from './generation-plan.js'

const count = z.int().nonnegative()
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** One form in which a dataset was written. */
const outputSchema = z.strictObject({
  format: z.enum(DATASET_FORMATS),
  /** file or folder, relative to the manifest */
  path: z.string(),
  /** its files; of an image folder only their number, for their content is `content.sha256` */
  files: z.array(z.strictObject({ path: z.string(), bytes: count, sha256: digest })).optional(),
})

/**
 * What a finished dataset is: `manifest.json` beside its files. It holds no time and no host name, so that equal
 * runs have equal manifests.
 */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  program: z.strictObject({ name: z.string(), version: z.string() }),
  /** versions of what the bytes of an image come from */
  libraries: z.record(z.string(), z.string()),
  /** true where the generator, or a network of AttrOP, was trained on the project's own rendered faces */
  demo: z.boolean(),
  plan: generationPlanSchema,
  /** SHA-256 of the plan */
  planId: digest,
  identities: count,
  images: count,
  /** SHA-256 over (identity, image, length as uint32 little-endian, encoded image) in order; sum of the lengths */
  content: z.strictObject({ sha256: digest, bytes: count }),
  parts: z.array(z.strictObject({ part: count, images: count, bytes: count, sha256: digest })),
  /** how AttrOP ended, of the images whose vectors it moved */
  attrop: attropCountsSchema.extend({ meanSteps: z.number().nonnegative() }).optional(),
  /** how the faces were found that the images are crops of */
  align: alignCountsSchema.optional(),
  outputs: z.array(outputSchema),
})
export type Manifest = z.infer<typeof manifestSchema>
export type ManifestOutput = z.infer<typeof outputSchema>

const MANIFEST = 'manifest.json'

/** Writes the manifest of a folder. @throws InputError */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  await writeDurably(
    join(folder, MANIFEST),
    `${JSON.stringify(manifestSchema.parse(manifest), undefined, 2)}\n`,
  )
}

/** Reads the manifest of a folder; undefined where it has none yet. @throws InputError where it is no manifest */
export async function readManifest(folder: string): Promise<Manifest | undefined> {
  const path = join(folder, MANIFEST)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw asInputError(error, path)
  }
  try {
    return manifestSchema.parse(parseJson(text))
  } catch (error) {
    throw new InputError(
      'the manifest can not be read',
      path,
      'it was altered, or written by another version',
      {
        cause: error,
      },
    )
  }
}
