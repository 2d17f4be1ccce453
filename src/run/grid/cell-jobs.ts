import { readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createCacheFolder } from '../../bytes/cache-folder.js'
import { writeDurably } from '../../bytes/files.js'
import { sha256 } from '../../bytes/hashing.js'
import type { Jobs } from '../../jobs/jobs.js'
import { parseJson } from '../../json.js'
import { PROGRAM } from '../../program.js'
import type { LoadedSpec } from '../spec.js'

const markSchema = z.strictObject({ failure: z.string().optional() })

/** The cells of a grid as jobs of a pool: which of them were made is told by marks in the shared cache. */
export class CellJobs implements Jobs {
  readonly noun = 'cell'
  readonly queue: string
  readonly where: string

  constructor(
    { spec, sha256: text }: LoadedSpec,
    readonly count: number,
    { cacheFolder, pairsPerFold }: { readonly cacheFolder: string; readonly pairsPerFold?: number | 'all' },
  ) {
    const id = sha256(
      JSON.stringify([PROGRAM.version, text, spec.seeds ?? null, pairsPerFold ?? null]),
    ).slice(0, 16)
    this.queue = `vec2face-bench-grid-${id}`
    this.where = join(cacheFolder, 'grids', `${spec.name}-${id}`)
  }

  async done(): Promise<number[]> {
    const names = await readdir(this.where).catch(() => [])
    return names.flatMap((name) => {
      const number = /^(\d+)\.json$/.exec(name)?.[1]
      return number === undefined ? [] : [Number(number)]
    })
  }

  /** Notes that a cell was made, or why it could not be. */
  async mark(number: number, failure: string | undefined): Promise<void> {
    await createCacheFolder(this.where)
    await writeDurably(this.#path(number), JSON.stringify({ ...(failure !== undefined && { failure }) }))
  }

  /** Cells that could not be made, and why. */
  async failures(): Promise<Map<number, string>> {
    const found = new Map<number, string>()
    for (const number of await this.done()) {
      const text = await readFile(this.#path(number), 'utf8').catch(() => '')
      const { failure } = markSchema.catch({}).parse(parseJson(text))
      if (failure !== undefined) found.set(number, failure)
    }
    return found
  }

  /** Lets everything be looked at again: what is kept costs nothing. */
  async forget(): Promise<void> {
    await rm(this.where, { recursive: true, force: true })
  }

  #path(number: number): string {
    return join(this.where, `${number}.json`)
  }
}
