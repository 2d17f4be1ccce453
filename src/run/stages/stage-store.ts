import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { createCacheFolder } from '../../bytes/cache-folder.js'
import { exists, writeDurably } from '../../bytes/files.js'
import { withLock } from '../../bytes/lock.js'
import { parseJson } from '../../json.js'
import type { Stage, StageKind } from './stage.js'

const recordSchema = z.strictObject({
  kind: z.string(),
  title: z.string(),
  like: z.string(),
  unit: z.string(),
  units: z.number(),
  /** of the stage alone, without what it needs; of its last process, where it was killed in between */
  seconds: z.number(),
  threads: z.number(),
  files: z.array(z.string()),
  outcome: z.json(),
})
export type StageRecord = z.infer<typeof recordSchema>

export interface StoreOptions {
  readonly cacheFolder: string
  /** told of every stage that is to be made, and of every wait for another process */
  readonly log: (line: string) => void
  /** called when a stage has been made (not when it was found) */
  readonly onMade?: (stage: Stage, seconds: number) => void
  readonly onBegin?: (stage: Stage) => void
  /** kept with how long a stage took */
  readonly threads: number
}

/** What stages were made into, in the cache: one file a stage, named by its key. */
export class StageStore {
  readonly #taken = new Map<string, Promise<unknown>>()

  constructor(private readonly options: StoreOptions) {}

  /** What a stage was made into; undefined where it has to be made (again). */
  async kept<T>(stage: Stage<T>): Promise<T | undefined> {
    const record = await readRecord(this.#path(stage))
    if (record === undefined) return undefined
    const parsed = stage.schema.safeParse(record.outcome)
    if (!parsed.success) return undefined
    for (const file of record.files)
      if (!(await exists(join(this.options.cacheFolder, file)))) return undefined
    return (await stage.holds?.(parsed.data)) === false ? undefined : parsed.data
  }

  /** What a stage was made into, made now where it isn't there. Equal stages are made once. @throws InputError */
  take = <T>(stage: Stage<T>): Promise<T> => {
    const known = this.#taken.get(stage.key)
    if (known !== undefined) return known as Promise<T>
    const taken = this.#take(stage)
    this.#taken.set(stage.key, taken)
    // One that failed may be asked for again: with what is mended meanwhile.
    taken.catch(() => this.#taken.delete(stage.key))
    return taken
  }

  async #take<T>(stage: Stage<T>): Promise<T> {
    const found = await this.kept(stage)
    if (found !== undefined) return found
    for (const need of stage.needs) await this.take(need)
    const path = this.#path(stage)
    await createCacheFolder(join(this.options.cacheFolder, 'stages', stage.kind))
    const waiting = (owner: string) =>
      this.options.log(`${stage.kind} of ${stage.title}: ${owner} is at it; waiting`)
    return withLock(`${path}.lock`, waiting, async () => (await this.kept(stage)) ?? this.#make(stage, path))
  }

  async #make<T>(stage: Stage<T>, path: string): Promise<T> {
    this.options.onBegin?.(stage)
    const started = performance.now()
    const { outcome, files } = await stage.make(this.take)
    const seconds = (performance.now() - started) / 1000
    const { kind, title, work } = stage
    const record = { kind, title, ...work, seconds, threads: this.options.threads, files, outcome }
    await writeDurably(path, `${JSON.stringify(recordSchema.parse(record))}\n`)
    this.options.onMade?.(stage, seconds)
    return outcome
  }

  /** Every stage of a kind that was made with this cache. */
  async records(kind: StageKind): Promise<StageRecord[]> {
    const folder = join(this.options.cacheFolder, 'stages', kind)
    const names = await readdir(folder).catch(() => [])
    const records: StageRecord[] = []
    for (const name of names.filter((entry) => entry.endsWith('.json'))) {
      const record = await readRecord(join(folder, name))
      if (record !== undefined) records.push(record)
    }
    return records
  }

  #path({ kind, key }: Stage): string {
    return join(this.options.cacheFolder, 'stages', kind, `${key.slice(0, 32)}.json`)
  }
}

async function readRecord(path: string): Promise<StageRecord | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '')
  const parsed = recordSchema.safeParse(parseJson(text))
  return parsed.success ? parsed.data : undefined
}
