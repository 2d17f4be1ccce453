import { stat } from 'node:fs/promises'
import type { Descriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import { generatorPipeline } from '../models/pipeline.js'
import type { Provider } from '../models/session.js'
import { ThreadPool } from '../threads/thread-pool.js'
import type { BareThreadData } from './bare-thread.js'
import { type Rate, repeated, timed } from './rate.js'

/** Networks of more bytes aren't opened once for each core, or twice on a GPU, to see whether that is faster. */
const LARGEST_COPIED = 256 * 2 ** 20
const LARGEST_COPIED_ON_A_GPU = 4 * 2 ** 30
/** Networks on one GPU at the same time, as generation has them. */
const LANES_OF_A_GPU = 2

export interface BareOptions {
  readonly provider: Provider
  /** GPUs by number, at the same time; the first by default */
  readonly devices?: readonly number[]
  readonly threads: number
  readonly batch: number
}

/** Threads with a network each: a pool for each GPU. */
type Way = readonly ThreadPool<number, void>[]

/**
 * A network in a loop that does nothing with what comes out: the most that a stage which runs it can reach. It is tried as
 * one network on all cores and as one a core (on a GPU: one, and two at a time); the faster of them counts.
 */
export class BareNetwork {
  #ways: Way[]

  private constructor(
    ways: Way[],
    private readonly batch: number,
  ) {
    this.#ways = ways
  }

  static async open(
    model: Model<Descriptor>,
    { provider, devices, threads, batch }: BareOptions,
  ): Promise<BareNetwork> {
    const pipeline = generatorPipeline(model.descriptor.name, model.path, model.descriptor)
    const way = (lanes: number, each: number): Way =>
      (devices ?? [undefined]).map((device) => {
        const options = { provider, threads: each, ...(device !== undefined && { device }) }
        const data: BareThreadData = { pipeline, batch, options }
        return new ThreadPool<number, void>({
          file: 'bare-thread',
          from: import.meta.url,
          threads: lanes,
          data,
        })
      })
    const ways = [way(1, threads)]
    const lanes = provider === 'cpu' ? threads : LANES_OF_A_GPU
    const largest = provider === 'cpu' ? LARGEST_COPIED : LARGEST_COPIED_ON_A_GPU
    const small = (await stat(model.path)).size <= largest
    if (lanes > 1 && small) ways.push(way(lanes, provider === 'cpu' ? 1 : threads))
    const network = new BareNetwork(ways, batch)
    try {
      for (const pool of ways.flat()) await Promise.all(Array.from({ length: pool.size }, () => pool.run(0)))
      return network
    } catch (error) {
      await network.close().catch(() => {})
      throw error
    }
  }

  /** The faster way, for about so long. */
  async run(seconds: number): Promise<Rate> {
    if (this.#ways.length === 1) return this.#run(this.#ways[0], seconds)
    const rates: Rate[] = []
    for (const way of this.#ways) rates.push(await this.#run(way, seconds / this.#ways.length))
    const speeds = rates.map((rate) => rate.units / rate.seconds)
    const best = speeds.indexOf(Math.max(...speeds))
    const slower = this.#ways.filter((_, i) => i !== best)
    this.#ways = [this.#ways[best]]
    for (const pool of slower.flat()) await pool.close()
    return rates[best]
  }

  /** Each thread calls by itself: none waits for another. */
  #run(way: Way, seconds: number): Promise<Rate> {
    return timed(async () => {
      const lanes = way.flatMap((pool) =>
        Array.from({ length: pool.size }, () => repeated(seconds, () => pool.run(1))),
      )
      const calls = await Promise.all(lanes)
      return this.batch * calls.reduce((sum, of) => sum + of, 0)
    })
  }

  async close(): Promise<void> {
    for (const pool of this.#ways.flat()) await pool.close()
  }
}
