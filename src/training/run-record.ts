import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { exists, writeDurably } from '../bytes/files.js'
import { asInputError, InputError } from '../errors.js'
import { parseJson } from '../json.js'

const recordSchema = z.strictObject({
  spec: z.record(z.string(), z.unknown()),
  dataset: z.strictObject({
    /** SHA-256 of the records */
    fingerprint: z.string(),
    images: z.int(),
    identities: z.int(),
  }),
  skipUnreadable: z.boolean(),
  /** SHA-256 of the other files that the run reads, by what they are to it */
  files: z.record(z.string(), z.string()).default({}),
})
/** What determines a run's weights: only the same is gone on with. */
export type RunRecord = z.input<typeof recordSchema>

type FullRecord = z.output<typeof recordSchema>

/** What the files of a run's folder are called. */
export const RUN_FILES = {
  record: 'run.json',
  checkpoint: 'checkpoint',
  curve: 'curve.jsonl',
} as const

/** Begins a run in a folder, or goes on with the one that is there. @throws InputError where that is another run */
export async function claimRun(folder: string, record: RunRecord): Promise<void> {
  const path = join(folder, RUN_FILES.record)
  try {
    await mkdir(folder, { recursive: true })
    if (!(await exists(path))) {
      await writeDurably(path, `${JSON.stringify(record, undefined, 2)}\n`)
      return
    }
    const found = recordSchema.safeParse(parseJson(await readFile(path, 'utf8')))
    if (!found.success)
      throw new InputError(
        'the run can not be read',
        path,
        'it was altered; delete the folder to begin again',
      )
    const changed = differences(found.data, recordSchema.parse(record))
    if (changed.length === 0) return
    throw new InputError(
      `the folder holds another run: ${changed.join('; ')}`,
      folder,
      'give another --out or --run, or delete the folder to begin again',
    )
  } catch (error) {
    throw asInputError(error, folder)
  }
}

function differences(found: FullRecord, asked: FullRecord): string[] {
  const said: string[] = []
  for (const key of new Set([...Object.keys(found.spec), ...Object.keys(asked.spec)])) {
    const [before, now] = [found.spec[key], asked.spec[key]].map((value) => JSON.stringify(value))
    if (before !== now) said.push(`'${key}' was ${before}, is ${now}`)
  }
  const [before, now] = [found.dataset, asked.dataset]
  if (before.fingerprint !== now.fingerprint)
    said.push(
      `the dataset was another: ${before.images} images of ${before.identities} identities, ${now.images} of ${now.identities} now`,
    )
  else if (found.skipUnreadable !== asked.skipUnreadable)
    said.push(`unreadable images were ${found.skipUnreadable ? '' : 'not '}left out`)
  for (const [name, sha256] of Object.entries(asked.files))
    if (found.files[name] !== sha256) said.push(`the ${name} was another file`)
  return said
}
