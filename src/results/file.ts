import { ZodError, z } from 'zod'
import { readText, writeDurably } from '../bytes/files.js'
import { InputError } from '../errors.js'
import { parseJson } from '../json.js'
import { contradictionIn } from './consistency.js'
import { canMigrate, migrate } from './migrations/migrate.js'
import { RESULTS_VERSION, type Results, resultsSchema } from './schema.js'

/** Writes results as JSON; they are validated first. @throws InputError where the file can't be written */
export async function writeResults(path: string, results: Results): Promise<void> {
  await writeDurably(path, `${JSON.stringify(resultsSchema.parse(results), undefined, 1)}\n`)
}

/** Reads, migrates and validates results. @throws InputError where it is another kind of file, or of an unknown version */
export async function readResults(path: string): Promise<Results> {
  const json = parseJson(await readText(path))
  if (json === undefined) {
    throw new InputError(
      'not JSON, or nested deeply, or of more values than the results of a run have',
      path,
      "name the results that 'vec2face-bench run' wrote",
    )
  }
  const head = z.object({ schema: z.literal('vec2face-bench/results'), version: z.int() }).safeParse(json)
  if (!head.success) {
    throw new InputError('not the results of a run', path, "name the JSON that 'vec2face-bench run' wrote")
  }
  const { version } = head.data
  if (version !== RESULTS_VERSION && !canMigrate(version)) {
    throw new InputError(
      `results of schema version ${version}; this program reads version ${RESULTS_VERSION}`,
      path,
      version > RESULTS_VERSION ? 'update vec2face-bench' : 'run the spec again',
    )
  }
  const parsed = resultsSchema.safeParse(migrated(json, version, path))
  if (!parsed.success) throw damaged(parsed.error, path)
  const contradiction = contradictionIn(parsed.data)
  if (contradiction !== undefined)
    throw new InputError(`the results are damaged: ${contradiction}`, path, 'run the spec again')
  return parsed.data
}

function migrated(json: unknown, version: number, path: string): unknown {
  try {
    return version === RESULTS_VERSION ? json : migrate(json, version)
  } catch (error) {
    throw error instanceof ZodError ? damaged(error, path) : error
  }
}

function damaged({ issues: [{ path: key, message }] }: ZodError, path: string): InputError {
  return new InputError(
    `the results are damaged at '${key.join('.')}' (${message})`,
    path,
    'run the spec again',
  )
}
