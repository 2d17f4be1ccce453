import { constants } from 'node:fs'
import { access } from 'node:fs/promises'
import { asInputError, InputError } from '../errors.js'
import { createFolder } from './files.js'

/** Makes a folder of the cache, and checks that it can be written. @throws InputError that names `--cache` */
export async function createCacheFolder(path: string): Promise<void> {
  try {
    await createFolder(path)
    await access(path, constants.W_OK | constants.X_OK)
  } catch (error) {
    const known = asInputError(error, path)
    if (!(known instanceof InputError)) throw known
    const what = `the cache can't be written (${known.what})`
    const another = { flag: '--cache', text: 'choose another folder with --cache' }
    throw new InputError(what, path, [another, 'make it one that you can write to'], { cause: error })
  }
}
