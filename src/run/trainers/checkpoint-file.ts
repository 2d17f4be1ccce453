import { readdir, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { asInputError, InputError } from '../../errors.js'

/**
 * The newest file of a pattern that was written since a moment.
 * @param pattern a path with `*` in its last part
 * @param since milliseconds of the epoch: what is older is another run's
 * @throws InputError where there is none
 */
export async function newestFile(pattern: string, since: number, where: string): Promise<string> {
  const folder = dirname(pattern)
  const wanted = expressionOf(basename(pattern))
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return []
    throw asInputError(error, folder)
  })
  let newest: { path: string; time: number } | undefined
  let older = 0
  for (const name of names.filter((entry) => wanted.test(entry)).sort()) {
    const path = join(folder, name)
    const { mtimeMs: time } = await stat(path)
    if (time < since) older++
    else if (newest === undefined || time >= newest.time) newest = { path, time }
  }
  if (newest !== undefined) return newest.path
  const found = older === 0 ? '' : ` (${older} of an earlier run)`
  throw new InputError(
    `the trainer ended without a checkpoint: nothing new matches ${pattern}${found}`,
    where,
    "correct 'checkpoint' in the paths file, or look into the trainer's log",
  )
}

function expressionOf(pattern: string): RegExp {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`)
}
