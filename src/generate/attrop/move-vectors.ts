import { rm } from 'node:fs/promises'
import type { Matrix } from '../../arrays/matrix.js'
import { NpyRowWriter } from '../../arrays/npy-row-writer.js'
import { exists, moveDurably } from '../../bytes/files.js'
import { readCheckpoint, writeCheckpoint } from '../../features/checkpoint-file.js'
import { type Progress, silent } from '../../progress.js'
import type { ImageKey } from '../image-key.js'
import type { Masking } from '../masks.js'
import { Attrop, type AttropOptions, type BatchMasks } from './attrop.js'
import { batchOf, filled, filledRows } from './batch-rows.js'
import { type AttropModels, networksOf } from './loss-graph.js'
import { OutcomeTable } from './outcome-table.js'
import type { AttropSettings } from './settings.js'
import { stepMasks } from './step-masks.js'
import { type TargetFeatures, targetFeatures } from './target-features.js'
import { yawTargetsOf } from './yaw-targets.js'

/** Milliseconds between two checkpoints. */
const SAVE_EVERY = 30_000
const BATCH = 8

/** What to move, and to what. */
export interface MoveRequest {
  readonly vectors: Matrix<Float32Array>
  /** features to keep, one row a vector; where left out, those that the vectors are, or that their images have */
  readonly targets?: Matrix<Float32Array>
  /** [rows, tokens]: masks that are held fixed, in place of drawn ones */
  readonly masks?: BatchMasks
  readonly masking?: Masking
  readonly settings: AttropSettings
  readonly seed: number
  /** names what the vectors and targets are, so that only the same work is gone on with */
  readonly fingerprint: string
}

export interface MoveOptions extends AttropOptions {
  /** rows of one call; 8 by default */
  readonly batch?: number
  readonly progress?: Progress
}

/** What came of it. */
export interface MovedVectors {
  readonly table: OutcomeTable
  /** where the features to keep came from */
  readonly targets: TargetFeatures['from']
}

/**
 * Moves every row of a file of vectors by AttrOP and writes them as `.npy` (float32 [rows, width]), which is there when it
 * is whole. An interrupted run leaves `PATH.partial` and `PATH.checkpoint`; the next goes on from there and ends with the
 * same bytes. Rows don't touch one another; the batch is part of what a run is, since it moves the last digits.
 * @throws InputError
 */
export async function moveVectors(
  models: AttropModels,
  request: MoveRequest,
  path: string,
  options: MoveOptions = {},
): Promise<MovedVectors> {
  const { vectors, settings, seed, fingerprint } = request
  const { progress = silent } = options
  const batch = batchOf(models, options.batch, BATCH)
  const { size: width } = models.generator.descriptor.input
  const [partial, checkpoint] = [`${path}.partial`, `${path}.checkpoint`]
  const hashes = networksOf(models).map(({ sha256 }) => sha256)
  const key = JSON.stringify([fingerprint, hashes, settings, seed, batch, options.precision])
  const kept = (await exists(partial)) ? await readCheckpoint(checkpoint, key) : undefined
  const goesOn = kept !== undefined && OutcomeTable.fits(kept.subarray(1), vectors.rows, settings)
  const table = new OutcomeTable(vectors.rows, settings, goesOn ? kept.subarray(1) : undefined)
  let done = goesOn ? kept[0] : 0
  const masksOf = masksFor(request, batch)
  const targets = await targetFeatures(models, request, masksOf, batch, options)
  const attrop = await Attrop.open(models, settings, batch, options)
  const writer = goesOn
    ? await NpyRowWriter.resume(partial, width, done)
    : await NpyRowWriter.create(partial, width)
  const save = async () => {
    await writer.sync()
    await writeCheckpoint(checkpoint, key, [Float64Array.of(done), table.numbers])
  }
  progress.start('AttrOP', vectors.rows, 'vectors')
  try {
    progress.update(done)
    let saved = performance.now()
    while (done < vectors.rows) {
      const rows = Math.min(batch, vectors.rows - done)
      const moved = filledRows(vectors, done, rows, batch)
      const yaws = settings.yaw && yawTargetsOf(settings.yaw, seed, keysOf(done, rows, batch))
      const outcomes = await attrop.run(
        {
          rows,
          vectors: moved,
          targets: filledRows(await targets.rows(done, rows), 0, rows, batch),
          ...(yaws && { yaws }),
          masks: masksOf(done, rows),
        },
        true,
      )
      for (const [i, outcome] of outcomes.entries()) table.set(done + i, outcome, yaws?.[i])
      await writer.append(moved.subarray(0, rows * width))
      done += rows
      progress.update(done)
      if (performance.now() - saved < SAVE_EVERY) continue
      await save()
      saved = performance.now()
    }
  } catch (error) {
    await save().catch(() => {})
    await writer.close().catch(() => {})
    throw error
  } finally {
    progress.stop()
    await attrop.close()
    await targets.close()
  }
  await writer.close()
  await moveDurably(partial, path)
  await rm(checkpoint, { force: true })
  return { table, targets: targets.from }
}

/** Rows count as the first image of an identity each. */
function keysOf(first: number, rows: number, batch: number): ImageKey[] {
  const keys = Array.from({ length: rows }, (_, i) => ({ identity: first + i, image: 0 }))
  return filled(keys, batch)
}

/** The masks of the rows `first .. first + rows - 1`, by step. */
function masksFor({ masks, masking, seed, settings }: MoveRequest, batch: number) {
  return (first: number, rows: number): ((step: number | undefined) => BatchMasks) => {
    if (masks === undefined) return stepMasks(masking, seed, keysOf(first, rows, batch), settings.masks)
    const part = (data: Uint8Array) => filledRows({ columns: masking?.tokens ?? 0, data }, first, rows, batch)
    const fixed = { dropped: part(masks.dropped), masked: part(masks.masked) }
    return () => fixed
  }
}
