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
  const { measure, options } = asked
  if (measure.timed === true) return asked.take(subject)
  const key = [PROGRAM.version, measure.id, measure.revision, options, subject.name, subject.showsFaces, on]
  const path = join(folder, `${measure.id}-${sha256(JSON.stringify(key))}.json`)
  const kept = await readKept(path)
  if (kept !== undefined) return kept
  const found = foundSchema.parse(await asked.take(subject))
  await createCacheFolder(folder)
  await writeDurably(path, JSON.stringify(found))
  return found
}

async function readKept(path: string): Promise<Found | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const parsed = foundSchema.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}
