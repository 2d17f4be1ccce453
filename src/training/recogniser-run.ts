import { join } from 'node:path'
import { InputError } from '../errors.js'
import type { ImageInput } from '../models/descriptor.js'
import type { RuntimeOptions } from '../onnx/runtime.js'
import { type Progress, silent } from '../progress.js'
import { lookAhead } from '../threads/look-ahead.js'
import { ThreadPool } from '../threads/thread-pool.js'
import type { Batch, BatchSettings } from './batch-maker.js'
import { readTrainingCheckpoint, writeTrainingCheckpoint } from './checkpoint.js'
import { Curve, type VerificationPoint } from './curve.js'
import type { RecogniserSpec } from './recogniser-spec.js'
import { areFinite, arraysOf, type RecogniserState } from './recogniser-state.js'
import { RecogniserSteps, type RunLength, rateOf } from './recogniser-steps.js'
import { RUN_FILES } from './run-record.js'
import type { ImageIndex } from './training-images.js'

/** Batches that are made while a step is taken. */
const AHEAD = 2
/** Losses that a message about the end of a run shows. */
const LAST_LOSSES = 5

/** Where a checkpoint was written. */
interface CheckpointHead {
  /** steps taken */
  readonly step: number
  /** bytes of the curve */
  readonly curve: number
  /** of the steps since the curve's last point */
  readonly losses: readonly number[]
  readonly accuracies: readonly number[]
}

export interface RecogniserRunRequest {
  readonly spec: RecogniserSpec
  readonly state: RecogniserState
  readonly length: RunLength
  readonly folder: string
  /** opens the images when the run has steps left to take */
  readonly images: ImageIndex
  readonly input: ImageInput
  readonly session: RuntimeOptions
  readonly progress?: Progress | undefined
  /** called at the steps that the spec asks for, and at the end */
  readonly verify: (step: number) => Promise<readonly VerificationPoint[]>
}

/**
 * Takes all steps of a run from its last checkpoint on. Killed at any moment, the next call ends with the same weights.
 * @throws InputError where the loss is no number any more, or the disk is full; the last checkpoint stays
 */
export async function runRecogniser(request: RecogniserRunRequest): Promise<void> {
  const { spec, state, length, folder, progress = silent } = request
  const checkpoint = join(folder, RUN_FILES.checkpoint)
  const arrays = arraysOf(state)
  const kept = await readTrainingCheckpoint<CheckpointHead>(checkpoint, arrays)
  let { step, losses, accuracies } = kept ?? { step: 0, losses: [], accuracies: [] }
  const curve = await Curve.open(join(folder, RUN_FILES.curve), kept?.curve ?? 0)
  if (step >= length.steps) return
  const save = () =>
    writeTrainingCheckpoint<CheckpointHead>(checkpoint, {
      head: { step, curve: curve.length, losses, accuracies },
      arrays,
    })
  const steps = await RecogniserSteps.open(spec, state, request.session)
  const maker = new ThreadPool<number, Batch>({
    file: 'batch-thread',
    from: import.meta.url,
    threads: 1,
    data: settingsOf(request),
  })
  function* jobs() {
    for (let at = step; at < length.steps; at++) yield () => maker.run(at)
  }
  const recent: number[] = []
  progress.start('training', length.steps, 'steps')
  progress.update(step)
  try {
    for await (const batch of lookAhead(jobs(), AHEAD)) {
      const rate = rateOf(spec, length, step)
      const { loss, accuracy } = await steps.take(batch, step, rate)
      recent.push(loss)
      if (!Number.isFinite(loss)) throw diverged(step + 1, recent, checkpoint)
      step++
      losses = [...losses, loss]
      accuracies = [...accuracies, accuracy]
      const isLast = step === length.steps
      if (step % spec.curveEvery === 0 || isLast) {
        const epoch = step / length.stepsPerEpoch
        await curve.add({ step, epoch, loss: mean(losses), accuracy: mean(accuracies), rate })
        losses = []
        accuracies = []
      }
      const isVerified = isLast || (spec.verifyEvery !== undefined && step % spec.verifyEvery === 0)
      if (isVerified) for (const point of await request.verify(step)) await curve.add(point)
      if (step % spec.checkpointEvery === 0 || isLast) {
        if (!areFinite(arrays)) throw diverged(step, recent, checkpoint)
        await save()
      }
      progress.update(step)
    }
  } finally {
    progress.stop()
    await maker.close()
    await steps.close()
  }
}

function settingsOf({ spec, images, input }: RecogniserRunRequest): BatchSettings {
  const { augmentation, batch, seed } = spec
  return { index: images, input, augmentation, batch, seed }
}

const mean = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0) / numbers.length

function diverged(step: number, losses: readonly number[], checkpoint: string): InputError {
  const last = losses.slice(-LAST_LOSSES).map((loss) => loss.toPrecision(4))
  return new InputError(
    `the training diverged at step ${step}: the last losses are ${last.join(', ')}`,
    checkpoint,
    'the last good checkpoint is kept; begin again with a smaller rate, a longer warmUp, or clip',
  )
}
