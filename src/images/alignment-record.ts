import { join } from 'node:path'
import { z } from 'zod'
import { exists, readText } from '../bytes/files.js'
import { parseJson } from '../json.js'

/** A photograph of which an alignment made no crop, and why. */
const leftOutSchema = z.object({ image: z.string(), reason: z.string() })
export type LeftOutPhotograph = z.infer<typeof leftOutSchema>

/** What `datasets align` says of itself beside its crops. */
export const alignmentRecordSchema = z.object({
  /** hash of the photographs' names and sizes, the detector and how it was used */
  key: z.string(),
  finished: z.boolean(),
  /** what made the crops, for whoever reads it */
  settings: z.record(z.string(), z.unknown()),
  /** what became of photographs of which no face was aligned: 'fail', 'skip' or 'centre' */
  noFace: z.string(),
  /** photographs of which there is no crop, as the user said */
  leftOut: z.array(leftOutSchema).default([]),
})
export type AlignmentRecord = z.infer<typeof alignmentRecordSchema>

/** The file in the folder of an alignment. */
export const ALIGNMENT_RECORD = 'alignment.json'

/** What an alignment left in a folder; undefined where there is none. */
export async function readAlignmentRecord(folder: string): Promise<AlignmentRecord | undefined> {
  const path = join(folder, ALIGNMENT_RECORD)
  if (!(await exists(path))) return undefined
  return alignmentRecordSchema.safeParse(parseJson(await readText(path))).data
}
