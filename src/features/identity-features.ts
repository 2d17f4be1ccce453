import { rm } from 'node:fs/promises'
import type { DatasetReader } from '../datasets/dataset.js'
import type { Matrix } from '../datasets/npy.js'
import { InputError } from '../errors.js'
import type { RecogniserDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import { type Progress, silent } from '../progress.js'
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.js'
import { inferFeatures, type NamedImage } from './inference.js'

export interface IdentityFeatureOptions {
  readonly batch?: number
  readonly progress?: Progress
  /** where an interrupted run leaves what it has; it is gone when the run is done */
  readonly checkpoint?: { readonly path: string; readonly key: string; readonly every?: number }
}

export interface IdentityFeatures {
  /** one identity feature a row: the mean of the features of the identity's images (not normalised) */
  readonly features: Matrix
  /** images of each identity */
  readonly images: Uint32Array
}

/**
 * The identity features of a dataset: for each identity the mean of its images' features, added up in float64 in the
 * dataset's order, whatever order that is. Memory: 8 bytes a number of an identity feature, and three batches of
 * images; it does not grow with the images.
 *
 * @throws InputError at an image that can't be read, decoded or fitted, and at an identity without an image
 */
export async function identityFeatures(
  session: ModelSession<RecogniserDescriptor>,
  dataset: DatasetReader,
  options: IdentityFeatureOptions = {},
): Promise<IdentityFeatures> {
  const { progress = silent, checkpoint } = options
  const size = session.model.descriptor.output.size
  const total = dataset.imageCount ?? (await countImages(dataset))
  const sums = new IdentitySums(size)
  let done = 0
  if (checkpoint !== undefined) {
    const found = await readCheckpoint(checkpoint.path, checkpoint.key)
    if (found !== undefined) done = sums.restore(found)
  }
  const records = dataset.records()
  for (let skipped = 0; skipped < done; skipped++) await records.next()
  const identities: number[] = []
  // Images are asked for in order, so the records come one after another.
  let last: Promise<unknown> = Promise.resolve()
  const read = (): Promise<NamedImage> => {
    const next = last.then(async (): Promise<NamedImage> => {
      const { value, done: ended } = await records.next()
      if (ended === true)
        throw new InputError('the dataset ends early', dataset.path, 'check that writing it came to an end')
      identities.push(value.identity)
      return {
        image: { kind: 'encoded', bytes: value.bytes },
        where: `${dataset.path}: ${value.name ?? `image ${value.image} of identity ${value.identity}`}`,
      }
    })
    last = next.catch(() => {})
    return next
  }
  const every = checkpoint?.every ?? 20_000
  let saved = done
  progress.start(`${session.model.descriptor.name} on ${dataset.path}`, total, 'images')
  try {
    const range = { start: done, end: total }
    const wanted = {
      plain: true,
      mirrored: false,
      ...(options.batch !== undefined && { batch: options.batch }),
    }
    for await (const { count, plain = new Float32Array(0) } of inferFeatures(session, read, range, wanted)) {
      sums.add(identities.splice(0, count), plain)
      done += count
      progress.update(done)
      if (checkpoint !== undefined && done - saved >= every) {
        await writeCheckpoint(checkpoint.path, checkpoint.key, sums.state(done))
        saved = done
      }
    }
  } finally {
    progress.stop()
    await records.return?.()
  }
  const means = sums.means(dataset)
  if (checkpoint !== undefined) await rm(checkpoint.path, { force: true })
  return means
}

async function countImages(dataset: DatasetReader): Promise<number> {
  let count = 0
  for await (const _ of dataset.records()) count++
  return count
}

/** Sums of features by identity, in arrays that grow with the identities. */
class IdentitySums {
  #sums = new Float64Array(0)
  #counts = new Float64Array(0)

  constructor(private readonly size: number) {}

  add(identities: readonly number[], features: Float32Array): void {
    for (const [row, identity] of identities.entries()) {
      if (identity >= this.#counts.length) this.#grow(identity + 1)
      const to = identity * this.size
      const from = row * this.size
      for (let i = 0; i < this.size; i++) this.#sums[to + i] += features[from + i]
      this.#counts[identity]++
    }
  }

  #grow(identities: number): void {
    const room = Math.max(identities, Math.ceil(this.#counts.length * 1.5), 1024)
    const sums = new Float64Array(room * this.size)
    const counts = new Float64Array(room)
    sums.set(this.#sums)
    counts.set(this.#counts)
    this.#sums = sums
    this.#counts = counts
  }

  get #identities(): number {
    let last = this.#counts.length
    while (last > 0 && this.#counts[last - 1] === 0) last--
    return last
  }

  /** One row an identity: its sums, its count, and in the first row how many images are done. */
  state(done: number): Float64Array {
    const identities = this.#identities
    const out = new Float64Array(1 + identities * (this.size + 1))
    out[0] = done
    out.set(this.#counts.subarray(0, identities), 1)
    out.set(this.#sums.subarray(0, identities * this.size), 1 + identities)
    return out
  }

  restore(state: Float64Array): number {
    const identities = (state.length - 1) / (this.size + 1)
    this.#counts = state.slice(1, 1 + identities)
    this.#sums = state.slice(1 + identities)
    return state[0]
  }

  means(dataset: DatasetReader): IdentityFeatures {
    const identities = this.#identities
    const data = new Float32Array(identities * this.size)
    for (let identity = 0; identity < identities; identity++) {
      const count = this.#counts[identity]
      if (count === 0) {
        const name = dataset.identityNames?.[identity] ?? String(identity)
        throw new InputError(
          `identity ${name} has no image`,
          dataset.path,
          'remove it, or number identities without gaps',
        )
      }
      for (let i = identity * this.size; i < (identity + 1) * this.size; i++) data[i] = this.#sums[i] / count
    }
    return {
      features: { rows: identities, columns: this.size, data },
      images: Uint32Array.from(this.#counts.subarray(0, identities)),
    }
  }
}
