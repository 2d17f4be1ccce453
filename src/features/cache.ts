import { type FileHandle, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { createCacheFolder } from '../bytes/cache-folder.js'
import { createFolder, exists, writeAll, writeDurably } from '../bytes/files.js'
import { sha256 } from '../bytes/hashing.js'
import { isAlive, MACHINE } from '../bytes/living-process.js'
import { temporaryBeside } from '../bytes/temporary.js'
import { asInputError } from '../errors.js'
import { parseJson } from '../json.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'

/** Everything that decides a feature; its hash is the entry's name. */
export interface FeatureKey {
  readonly model: string
  readonly data: string
  readonly preprocessing: unknown
  readonly output: unknown
  readonly mirrored: boolean
  readonly provider: string
}

/** The key of a network's features over data with a fingerprint. */
export function featureKey(
  model: Model<ImageModelDescriptor>,
  data: string,
  mirrored: boolean,
  provider: string,
): FeatureKey {
  const { input, output } = model.descriptor
  return { model: model.sha256, data, preprocessing: input, output, mirrored, provider }
}

const entrySchema = z.object({ rows: z.int(), size: z.int(), sha256: z.string() })

/**
 * Features by content: the same network over the same images is computed once. An entry is three files at most:
 * `KEY.f32` (rows of float32), `KEY.json` (their number and checksum, written last), and `KEY.MACHINE.PID.N.part` while a
 * process grows it, `KEY.part` once that was interrupted. What a killed run left is continued; an entry cut short or altered is found by its checksum and made again.
 */
export class FeatureCache {
  constructor(
    private readonly folder: string,
    private readonly warn: (message: string) => void = () => {},
  ) {}

  #path(key: FeatureKey, extension: string): string {
    return join(this.folder, `${sha256(JSON.stringify(key))}.${extension}`)
  }

  /** Whether there is an entry; whether it is whole is told as it is loaded. */
  has(key: FeatureKey): Promise<boolean> {
    return exists(this.#path(key, 'json'))
  }

  /** The whole entry, or undefined where there is none or it is damaged. */
  async load(key: FeatureKey, rows: number, size: number): Promise<Float32Array | undefined> {
    const meta = await readFile(this.#path(key, 'json'), 'utf8').catch(() => undefined)
    if (meta === undefined) return undefined
    const path = this.#path(key, 'f32')
    const bytes = await readFile(path).catch(() => Buffer.alloc(0))
    const entry = entrySchema.safeParse(parseJson(meta))
    const whole =
      entry.success &&
      entry.data.rows === rows &&
      entry.data.size === size &&
      bytes.length === rows * size * 4 &&
      sha256(bytes) === entry.data.sha256
    if (!whole) {
      this.warn(`${path}: the cache entry is cut short or altered; its features are computed again`)
      await Promise.all(['json', 'f32'].map((extension) => rm(this.#path(key, extension), { force: true })))
      return undefined
    }
    // A process was killed that made the same one at the same time.
    for (const path of await this.#left(key)) await rm(path, { force: true })
    return toFloats(bytes)
  }

  /**
   * Begins or continues an entry. Two processes that make the same one at the same time each make it whole: the first that
   * is done has made it for both.
   * @throws InputError where the folder can't be written
   */
  async append(key: FeatureKey, size: number): Promise<GrowingEntry> {
    await createCacheFolder(this.folder)
    try {
      const free = this.#path(key, 'part')
      const own = this.#path(key, `${MACHINE}.${process.pid}.${++entries}.part`)
      await this.#claim(key, own)
      const found = await readFile(own).catch(() => Buffer.alloc(0))
      const rows = wholeRows(found, size)
      const file = await open(own, rows === 0 ? 'w' : 'r+')
      await file.truncate(rows * size * 4)
      const resumed = toFloats(found.subarray(0, rows * size * 4))
      return new GrowingEntry(file, resumed, rows, size, {
        seal: (all) => this.#seal(key, own, size, all),
        abandon: () => rename(own, free),
      })
    } catch (error) {
      throw asInputError(error, this.folder)
    }
  }

  /** Takes over what a run left that was interrupted or killed; what a living process grows is its own. */
  async #claim(key: FeatureKey, own: string): Promise<void> {
    for (const path of await this.#left(key)) {
      // Another may take it first.
      const taken = await rename(path, own).then(
        () => true,
        () => false,
      )
      if (taken) return
    }
  }

  /** The parts of an entry that nobody grows. */
  async #left(key: FeatureKey): Promise<string[]> {
    const prefix = basename(this.#path(key, ''))
    const parts = (await readdir(this.folder)).filter(
      (name) => name.startsWith(prefix) && name.endsWith('part'),
    )
    const isLeft = (name: string) => {
      const [machine, pid] = name.slice(prefix.length).split(/\.(?=\d+\.\d+\.part$)/)
      return name === `${prefix}part` || (machine === MACHINE && !isAlive(Number.parseInt(pid, 10)))
    }
    return parts.filter(isLeft).map((name) => join(this.folder, name))
  }

  async #seal(key: FeatureKey, own: string, size: number, all: Float32Array): Promise<void> {
    const meta = JSON.stringify({ rows: all.length / size, size, sha256: sha256(asBytes(all)), key })
    await rename(own, this.#path(key, 'f32'))
    await writeDurably(this.#path(key, 'json'), meta)
  }
}

/** Entries that this process began. */
let entries = 0

/** Rows of an entry that is being computed, on disk as they come. */
export class GrowingEntry {
  #rows: number

  constructor(
    private readonly file: FileHandle,
    /** the rows that an interrupted run had computed */
    readonly resumed: Float32Array,
    rows: number,
    private readonly size: number,
    private readonly ends: { seal(all: Float32Array): Promise<void>; abandon(): Promise<void> },
  ) {
    this.#rows = rows
  }

  get rows(): number {
    return this.#rows
  }

  async write(rows: Float32Array): Promise<void> {
    const bytes = asBytes(rows)
    try {
      await writeAll(this.file, bytes, this.#rows * this.size * 4)
    } catch (error) {
      throw asInputError(error, 'the feature cache')
    }
    this.#rows += rows.length / this.size
  }

  /** Makes the entry whole. @param all every row of it */
  async finish(all: Float32Array): Promise<void> {
    try {
      await this.file.sync()
      await this.file.close()
      await this.ends.seal(all)
    } catch (error) {
      throw asInputError(error, 'the feature cache')
    }
  }

  /** Leaves it as it is, to be continued. */
  async abandon(): Promise<void> {
    await this.file
      .close()
      .then(() => this.ends.abandon())
      .catch(() => {})
  }
}

/** Rows at the front that were certainly written: after a power cut a file can end in zeros. */
function wholeRows(bytes: Buffer, size: number): number {
  let rows = Math.floor(bytes.length / (size * 4))
  while (rows > 0 && bytes.subarray((rows - 1) * size * 4, rows * size * 4).every((byte) => byte === 0))
    rows--
  return rows
}

function asBytes(floats: Float32Array): Uint8Array {
  return new Uint8Array(floats.buffer, floats.byteOffset, floats.byteLength)
}

function toFloats(bytes: Buffer): Float32Array {
  return new Float32Array(Uint8Array.prototype.slice.call(bytes).buffer)
}

/** Whether a folder can be made and written. */
export async function isWritable(folder: string): Promise<boolean> {
  try {
    await createFolder(folder)
    const probe = await temporaryBeside(join(folder, '.probe'))
    await writeFile(probe, '')
    await rm(probe)
    return (await stat(folder)).isDirectory()
  } catch {
    return false
  }
}
