import { rename, rm } from 'node:fs/promises'
import type { Matrix } from '../arrays/matrix.js'
import { NpyRowWriter } from '../arrays/npy-row-writer.js'
import { namedAs } from '../bytes/files.js'
import { forgetTemporary, rememberTemporary, temporaryBeside } from '../bytes/temporary.js'
import { InputError } from '../errors.js'
import { BLOCK_ROWS } from '../products/index.js'
import type { Progress } from '../progress.js'
import { averageSimilarity, setAverageSimilarity } from './average-similarity.js'
import { type PrincipalComponents, sampleVectors } from './principal-components.js'
import { SimilarityConstraint } from './similarity-constraint.js'
import { checkVector, type VectorFile } from './vector-file.js'

/** Candidates one after another: an endless supply that is drawn, or the rows of a file. */
export type Candidates = AsyncIterable<Matrix<Float32Array>>

/** So many candidates rejected in a row end the search: each further vector would cost more than that many. */
const MOST_REJECTED = 100_000

/** Candidates drawn from the multivariate normal of principal components, without end. */
export async function* drawnCandidates(fitted: PrincipalComponents, seed: number): Candidates {
  for (let first = 0; ; first += BLOCK_ROWS) {
    const data = await sampleVectors(fitted, seed, first, BLOCK_ROWS)
    yield { rows: BLOCK_ROWS, columns: fitted.width, data }
  }
}

/** Candidates from a file, in its order. @throws InputError at a row that is not finite or all zero */
export async function* storedCandidates(file: VectorFile): Candidates {
  const { width: columns, path } = file
  for await (const { first, rows: data } of file.blocks(file.rows)) {
    const rows = data.length / columns
    for (let i = 0; i < rows; i++)
      checkVector(data.subarray(i * columns, (i + 1) * columns), `${path}: row ${first + i}`)
    yield { rows, columns, data }
  }
}

export interface IdentityOptions {
  readonly count: number
  readonly width: number
  /** no two vectors are more similar (cosine); none is left out where this is absent */
  readonly maxSimilarity?: number
  /** shift all vectors so that their average cosine similarity is this one; not together with `maxSimilarity` */
  readonly averageSimilarity?: number
  /** consecutive candidates that may be rejected before the search ends; 100,000 by default */
  readonly mostRejected?: number
  readonly progress: Progress
}

/** What was found. */
export interface IdentityResult {
  readonly count: number
  /** candidates that were too similar to one before them */
  readonly rejected: number
  /** mean cosine similarity over all pairs */
  readonly averageSimilarity: number
}

/**
 * Takes candidates in order, leaves out those too similar to one taken before, and writes the others as `.npy`
 * (float32 [count, width]), which is there when it is whole. The same candidates give the same file whatever the
 * machine's number of cores. Memory: the vectors themselves and half of that.
 * @throws InputError where the constraint can't be met, saying how many were reached
 */
export async function writeIdentityVectors(
  candidates: Candidates,
  path: string,
  options: IdentityOptions,
): Promise<IdentityResult> {
  const { vectors, rejected } = await selectVectors(candidates, options)
  const average =
    options.averageSimilarity === undefined
      ? averageSimilarity(vectors)
      : setAverageSimilarity(vectors, options.averageSimilarity, '--average-similarity')
  const temporary = await temporaryBeside(path)
  rememberTemporary(temporary)
  try {
    const writer = await NpyRowWriter.create(temporary, options.width)
    await writer.append(vectors.data)
    await writer.close()
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    throw namedAs(error, path)
  } finally {
    forgetTemporary(temporary)
  }
  return { count: vectors.rows, rejected, averageSimilarity: average }
}

/** The first `count` candidates that fit together. @throws InputError where there are fewer */
export async function selectVectors(
  candidates: Candidates,
  { count, width, maxSimilarity, mostRejected = MOST_REJECTED, progress }: IdentityOptions,
): Promise<{ vectors: Matrix<Float32Array>; rejected: number }> {
  const vectors = { rows: count, columns: width, data: new Float32Array(count * width) }
  const selection =
    maxSimilarity === undefined ? new Everything(vectors) : new SimilarityConstraint(maxSimilarity, vectors)
  let rejected = 0
  let inARow = 0
  let ended = 'there are no more candidates'
  progress.start('identity vectors', count, 'vectors')
  for await (const block of candidates) {
    const numbers = await selection.add(block)
    progress.update(selection.kept)
    const last = numbers.at(-1) ?? -1
    rejected += last + 1 - numbers.length
    if (selection.kept === count) {
      progress.stop()
      return { vectors, rejected }
    }
    rejected += block.rows - 1 - last
    inARow = last < 0 ? inARow + block.rows : block.rows - 1 - last
    if (inARow >= mostRejected) {
      ended = `the last ${inARow} candidates were all too similar to one of them`
      break
    }
  }
  progress.stop()
  throw new InputError(
    `${selection.kept} of ${count} vectors were reached with a similarity of at most ${maxSimilarity ?? 1}: ${ended}`,
    '',
    'ask for fewer vectors, allow a higher similarity, or draw from features of more dimensions',
  )
}

/** Takes every candidate. */
class Everything {
  kept = 0
  constructor(private readonly store: Matrix<Float32Array>) {}

  async add({ rows, columns, data }: Matrix<Float32Array>): Promise<number[]> {
    const count = Math.min(rows, this.store.rows - this.kept)
    this.store.data.set(data.subarray(0, count * columns), this.kept * columns)
    this.kept += count
    return Array.from({ length: count }, (_, i) => i)
  }
}
