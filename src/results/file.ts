import { open, readFile, rename } from 'node:fs/promises'
import { z } from 'zod'
import { asInputError, InputError } from '../errors.js'
import { RESULTS_VERSION, type Results, resultsSchema } from './schema.js'

/** Writes bytes so that the file is either the old one or the whole new one. @throws InputError */
export async function writeFileAtomically(path: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`
  try {
    const file = await open(temporary, 'w')
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } catch (error) {
    throw asInputError(error, path)
  }
}

/** Writes results as JSON; they are validated first. @throws InputError where the file can't be written */
export async function writeResults(path: string, results: Results): Promise<void> {
  await writeFileAtomically(path, `${JSON.stringify(resultsSchema.parse(results), undefined, 1)}\n`)
}

/** Reads and validates results. @throws InputError where it is another kind of file, or of another version */
export async function readResults(path: string): Promise<Results> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw asInputError(error, path)
  }
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    throw new InputError('not JSON', path, "name the results that 'vec2face-bench run' wrote")
  }
  const head = z.object({ schema: z.literal('vec2face-bench/results'), version: z.int() }).safeParse(json)
  if (!head.success) {
    throw new InputError('not the results of a run', path, "name the JSON that 'vec2face-bench run' wrote")
  }
  if (head.data.version !== RESULTS_VERSION) {
    throw new InputError(
      `results of schema version ${head.data.version}; this program reads version ${RESULTS_VERSION}`,
      path,
      head.data.version > RESULTS_VERSION ? 'update vec2face-bench' : 'run the spec again',
    )
  }
  const parsed = resultsSchema.safeParse(json)
  if (!parsed.success) {
    const { path: key, message } = parsed.error.issues[0]
    throw new InputError(
      `the results are damaged at '${key.join('.')}' (${message})`,
      path,
      'run the spec again',
    )
  }
  return parsed.data
}
