import { join } from 'node:path'
import type * as TarStream from 'tar-stream'
import { AppendFile } from '../../bytes/append-file.js'
import { createFolder } from '../../bytes/files.js'
import { imageEnding } from '../../images/image-type.js'
import { onDemand } from '../../on-demand.js'
import type { DatasetRecord, DatasetWriter } from '../dataset.js'
import { RecordOrder } from '../record-order.js'

const tarStream = onDemand<typeof TarStream>('tar-stream')

/** Records in a shard unless another number is given: about 50 MB of 112x112 JPEG. */
export const RECORDS_A_SHARD = 10_000

/**
 * Writes `train-000000.tar`, `train-000001.tar` .. as the webdataset package reads them: for each image
 * `000123_007.jpg` and `000123_007.cls`, the label as text. The archives carry no time, owner or machine.
 */
export class WebDatasetWriter implements DatasetWriter {
  readonly #order: RecordOrder
  #shard: TarFile | undefined
  #shards = 0
  #inShard = 0

  private constructor(
    private readonly path: string,
    private readonly recordsAShard: number,
  ) {
    this.#order = new RecordOrder(path)
  }

  /** @param path the folder; created if need be. @throws InputError */
  static async create(path: string, recordsAShard = RECORDS_A_SHARD): Promise<WebDatasetWriter> {
    await createFolder(path)
    return new WebDatasetWriter(path, recordsAShard)
  }

  async write(record: DatasetRecord): Promise<void> {
    this.#order.next(record)
    if (this.#inShard === this.recordsAShard) await this.#endShard()
    this.#shard ??= await this.#beginShard()
    const key = `${String(record.identity).padStart(6, '0')}_${String(record.image).padStart(3, '0')}`
    await this.#shard.append(`${key}.${imageEnding(record.bytes)}`, Buffer.from(record.bytes))
    await this.#shard.append(`${key}.cls`, Buffer.from(String(record.identity)))
    this.#inShard++
  }

  async close(): Promise<void> {
    // An empty dataset is one empty archive, so that the folder says what it is.
    if (this.#shards === 0) this.#shard = await this.#beginShard()
    await this.#endShard()
  }

  #beginShard(): Promise<TarFile> {
    return TarFile.create(join(this.path, `train-${String(this.#shards++).padStart(6, '0')}.tar`))
  }

  async #endShard(): Promise<void> {
    await this.#shard?.close()
    this.#shard = undefined
    this.#inShard = 0
  }
}

/** One archive on its way to the disk. */
class TarFile {
  readonly #pack: TarStream.Pack = tarStream().pack({ highWaterMark: 2 ** 20 })
  readonly #written: Promise<void>

  private constructor(private readonly file: AppendFile) {
    this.#written = this.#drain()
    // A full disk is told by the next append or by close; nothing is lost before.
    this.#written.catch((error) => this.#pack.destroy(error))
  }

  static async create(path: string): Promise<TarFile> {
    return new TarFile(await AppendFile.create(path))
  }

  async append(name: string, bytes: Buffer): Promise<void> {
    const header = { name, mtime: new Date(0), mode: 0o644, uid: 0, gid: 0 }
    await new Promise<void>((resolve, reject) => {
      this.#pack.entry(header, bytes, (error) => (error ? reject(error) : resolve()))
    })
  }

  async close(): Promise<void> {
    this.#pack.finalize()
    await this.#written
    await this.file.close()
  }

  async #drain(): Promise<void> {
    for await (const chunk of this.#pack) {
      if (chunk instanceof Uint8Array) await this.file.append(chunk)
    }
  }
}
