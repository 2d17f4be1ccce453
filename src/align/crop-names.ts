import { rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { temporaryBeside } from '../bytes/temporary.js'
import { asInputError, InputError } from '../errors.js'
import { hasImageEnding } from '../images/image-listing.js'

const NAMED = 5
const ENDING = '.png'

/**
 * Where the crops of photographs go: their names, with the ending of what is written. Where that would be one file for two,
 * as for `a.jpg` and `a.tif`, it is added to the whole name: `a.jpg.png`.
 * @param apart whether the output folder keeps names apart that differ in case, or in how an accent is composed
 * @throws InputError where two would be one file even so
 */
export function cropNames(names: readonly string[], apart: boolean, where: string): string[] {
  const same = (crop: string) => (apart ? crop : crop.normalize().toLowerCase())
  const short = names.map(shortName)
  const counts = new Map<string, number>()
  for (const crop of short) counts.set(same(crop), (counts.get(same(crop)) ?? 0) + 1)
  const crops = names.map((name, i) => (counts.get(same(short[i])) === 1 ? short[i] : name + ENDING))
  const taken = new Map<string, string>()
  const twice: string[] = []
  for (const [i, crop] of crops.entries()) {
    const other = taken.get(same(crop))
    if (other === undefined) taken.set(same(crop), names[i])
    else twice.push(`${other} and ${names[i]}`)
  }
  if (twice.length === 0) return crops
  const more = twice.length > NAMED ? `, and ${twice.length - NAMED} more` : ''
  throw new InputError(
    `photographs whose crops would be the same file: ${twice.slice(0, NAMED).join('; ')}${more}`,
    where,
    'rename one of each, or put them into folders of their own',
  )
}

function shortName(name: string): string {
  return (hasImageEnding(name) ? name.slice(0, name.lastIndexOf('.')) : name) + ENDING
}

/** Whether a folder keeps names apart that differ in case. @throws InputError where it can't be written */
export async function tellsCase(folder: string): Promise<boolean> {
  const probe = await temporaryBeside(join(folder, '.Case'))
  try {
    await writeFile(probe, '')
    return await stat(join(folder, basename(probe).toLowerCase())).then(
      () => false,
      () => true,
    )
  } catch (error) {
    throw asInputError(error, folder)
  } finally {
    await rm(probe, { force: true })
  }
}
