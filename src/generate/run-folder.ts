import { mkdir, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { writeDurably } from '../bytes/files.js'
import { removeLeftOvers } from '../bytes/temporary.js'
import { asInputError, InputError } from '../errors.js'
import { parseJson } from '../json.js'
import { attropNetworksSchema } from './attrop/attrop-networks.js'
import {
  type GenerationPlan,
  generationPlanSchema,
  partCount,
  planDifferences,
  planId,
} from './generation-plan.js'
import { readPartHead } from './part-file.js'

const RUN_FILE = 'run.json'
const PARTS = 'parts'
/** Milliseconds that nobody writes to what another machine left half done, until it counts as that. */
const ABANDONED_AFTER = 24 * 3_600_000

const runSchema = z.strictObject({
  plan: generationPlanSchema,
  /** where this machine found the inputs; not part of the plan */
  inputs: z.strictObject({
    identities: z.string(),
    generator: z.string(),
    attrop: attropNetworksSchema.optional(),
    detector: z.string().optional(),
  }),
})
/** What `run.json` of an output folder holds. */
export type RunRecord = z.infer<typeof runSchema>

/**
 * An output folder with a run in it: `run.json` says which run, `parts/` holds what is done. The folder is the
 * whole state of a run, so that any process that sees it can go on.
 */
export class RunFolder {
  readonly id: string
  private constructor(
    readonly path: string,
    readonly record: RunRecord,
  ) {
    this.id = planId(record.plan)
  }

  get plan(): GenerationPlan {
    return this.record.plan
  }

  /**
   * Begins a run in a folder, or goes on with the one that is there.
   * @throws InputError where the folder holds another run, or other files
   */
  static async begin(path: string, record: RunRecord): Promise<RunFolder> {
    try {
      await mkdir(path, { recursive: true })
      await removeLeftOvers(path)
      const found = await readdir(path)
      if (found.includes(RUN_FILE)) {
        const folder = await RunFolder.open(path)
        const differences = planDifferences(folder.plan, record.plan)
        if (differences.length === 0 && folder.id === planId(record.plan)) return RunFolder.at(path, record)
        throw new InputError(
          `the folder holds another run: ${differences.join('; ')}`,
          path,
          'choose another folder, or give the same arguments to go on with that run',
        )
      }
      if (found.some((name) => name !== PARTS && !name.endsWith('.tmp'))) {
        throw new InputError('the folder holds other files', path, 'choose a new or empty folder')
      }
      await mkdir(join(path, PARTS), { recursive: true })
      await writeDurably(join(path, RUN_FILE), `${JSON.stringify(runSchema.parse(record), undefined, 2)}\n`)
      return RunFolder.at(path, record)
    } catch (error) {
      throw asInputError(error, path)
    }
  }

  /** A run known to be in a folder, with the inputs where this process finds them. */
  static at(path: string, record: RunRecord): RunFolder {
    return new RunFolder(resolve(path), record)
  }

  /** Opens the run that is in a folder. @throws InputError where there is none */
  static async open(path: string): Promise<RunFolder> {
    const file = join(path, RUN_FILE)
    let text: string
    try {
      text = await readFile(file, 'utf8')
    } catch (error) {
      // ENOTDIR: a file was named, as an LMDB is.
      throw ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')
        ? new InputError('no run is in this folder', path, "name the folder that 'generate dataset' wrote to")
        : asInputError(error, file)
    }
    const parsed = runSchema.safeParse(parseJson(text))
    if (!parsed.success) {
      throw new InputError('the run can not be read', file, 'it was altered, or written by another version')
    }
    return RunFolder.at(path, parsed.data)
  }

  /** Is there while a process makes the dataset of the parts. */
  get lockPath(): string {
    return join(this.path, 'run.lock')
  }

  /** Where part number `part` lies, or will lie. */
  partPath(part: number): string {
    return join(this.path, PARTS, `${String(part).padStart(6, '0')}.part`)
  }

  /** The numbers of the parts that are there, ascending, by their names alone. */
  async listParts(): Promise<number[]> {
    const names = await readdir(join(this.path, PARTS)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw asInputError(error, this.path)
    })
    return names
      .filter((name) => /^\d{6,}\.part$/.test(name))
      .map((name) => Number.parseInt(name, 10))
      .sort((a, b) => a - b)
  }

  /** The numbers of the parts that are done, ascending. @throws InputError where one is of another run */
  async doneParts(): Promise<number[]> {
    const parts = await this.listParts()
    for (const part of parts) {
      const path = this.partPath(part)
      const head = await readPartHead(path)
      if (head.plan !== this.id || head.part !== part || part >= partCount(this.plan)) {
        throw new InputError(
          'this part belongs to another run',
          path,
          'delete it and run the same command again',
        )
      }
    }
    return parts
  }

  /** Removes what killed processes left half done: of this machine at once, of others after a day. */
  async removeAbandoned(): Promise<void> {
    const folder = join(this.path, PARTS)
    try {
      await mkdir(folder, { recursive: true })
      await removeLeftOvers(folder)
      for (const name of await readdir(folder)) {
        const path = join(folder, name)
        if (name.endsWith('.tmp') && Date.now() - (await stat(path)).mtimeMs > ABANDONED_AFTER)
          await rm(path, { force: true })
      }
    } catch (error) {
      // Another process may have removed or renamed it meanwhile.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw asInputError(error, folder)
    }
  }

  /** Removes the parts, whose images are in the dataset by now. */
  async removeParts(): Promise<void> {
    await rm(join(this.path, PARTS), { recursive: true, force: true })
  }
}
