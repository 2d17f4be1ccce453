import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createCacheFolder } from '../bytes/cache-folder.js'
import { writeDurably } from '../bytes/files.js'
import { sha256 } from '../bytes/hashing.js'
import { parseJson } from '../json.js'
import { PROGRAM } from '../program.js'
import { type Asked, type Found, foundSchema } from './measure.js'
import type { Subject } from './subject.js'

/** Everything that decides what a measurement finds, beside the program itself: JSON. */
export type MeasuredOn = Readonly<Record<string, unknown>>

/**
 * Takes a measurement, or what it found before on the same things with the same options: then nothing is computed and no
 * network is loaded. Timings are taken anew. What was kept and is damaged is measured again.
 * @param folder of the cache
 * @param on hashes of the dataset, the models and the references, and where the networks run
 */
export async function keptOrTaken(
  asked: Asked,
  subject: Subject,
  folder: string,
  on: MeasuredOn,
): Promise<Found> {
  if (asked.measure.timed === true) return asked.take(subject)
  const path = pathOf(asked, subject, folder, on)
  const kept = await readKept(path)
  if (kept !== undefined) return kept
  const found = foundSchema.parse(await asked.take(subject))
  await createCacheFolder(folder)
  await writeDurably(path, JSON.stringify(found))
  return found
}

/** Whether a measurement was taken before. Timings are never kept. */
export async function isMeasured(
  asked: Asked,
  subject: Pick<Subject, 'name' | 'showsFaces'>,
  folder: string,
  on: MeasuredOn,
): Promise<boolean> {
  return asked.measure.timed !== true && (await readKept(pathOf(asked, subject, folder, on))) !== undefined
}

function pathOf(
  { measure, options }: Asked,
  { name, showsFaces }: Pick<Subject, 'name' | 'showsFaces'>,
  folder: string,
  on: MeasuredOn,
): string {
  const key = [PROGRAM.version, measure.id, measure.revision, options, name, showsFaces, on]
  return join(folder, `${measure.id}-${sha256(JSON.stringify(key))}.json`)
}

async function readKept(path: string): Promise<Found | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const parsed = foundSchema.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}
