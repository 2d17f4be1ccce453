import { join } from 'node:path'
import { InputError } from '../errors.js'
import { type Progress, silent } from '../progress.js'
import { lookAhead } from '../threads/look-ahead.js'
import { ThreadPool } from '../threads/thread-pool.js'
import { notFinite } from './arrays.js'
import type { Batch, BatchSettings } from './batch-maker.js'
import { readTrainingCheckpoint, writeTrainingCheckpoint } from './checkpoint.js'
import { Curve, type CurveLine } from './curve.js'
import type { RunLength } from './run-length.js'
import { RUN_FILES } from './run-record.js'
import type { RunSpec } from './run-spec.js'

/** Batches that are made while a step is taken. */
const AHEAD = 2
/** Losses that a message about the end of a run shows. */
const LAST_LOSSES = 5

/** What was measured of a step, by name: first the loss that it makes smaller. */
export type Measured = Readonly<Record<string, number>>

/** Takes the steps of a training: each a function of the arrays that they change, the batch and the number of the step. */
export interface TrainingSteps {
  /**
   * @param step from 0 on
   * @returns what was measured before the step; where one is no number, nothing was stepped
   */
  take(batch: Batch, step: number): Promise<Measured>
  close(): Promise<void>
}

export interface TrainingRun {
  readonly spec: Pick<RunSpec, 'curveEvery' | 'checkpointEvery'>
  readonly length: RunLength
  /** where checkpoint and curve are */
  readonly folder: string
  /** everything that steps change, by name: a checkpoint holds it */
  readonly arrays: ReadonlyMap<string, Float32Array>
  readonly batches: BatchSettings
  /** called when there are steps left to take */
  readonly open: () => Promise<TrainingSteps>
  /** called after each step; what it finds goes into the curve */
  readonly look?: (step: number) => Promise<readonly CurveLine[]>
  readonly progress?: Progress | undefined
}

/** Where a checkpoint was written. */
interface CheckpointHead {
  /** steps taken */
  readonly step: number
  /** bytes of the curve */
  readonly curve: number
  /** of the steps since the curve's last point */
  readonly recent: readonly Measured[]
}

/**
 * Takes all steps of a run from its last checkpoint on. Killed at any moment, the next call ends with the same numbers.
 * @throws InputError where a loss is no number any more, or the disk is full; the last checkpoint stays
 */
export async function runTraining(run: TrainingRun): Promise<void> {
  const { spec, length, folder, arrays, look, progress = silent } = run
  const checkpoint = join(folder, RUN_FILES.checkpoint)
  const kept = await readTrainingCheckpoint<CheckpointHead>(checkpoint, arrays)
  let { step, recent } = kept ?? { step: 0, recent: [] }
  const curve = await Curve.open(join(folder, RUN_FILES.curve), kept?.curve ?? 0)
  if (step >= length.steps) return
  const steps = await run.open()
  const maker = new ThreadPool<number, Batch>({
    file: 'batch-thread',
    from: import.meta.url,
    threads: 1,
    data: run.batches,
  })
  function* jobs() {
    for (let at = step; at < length.steps; at++) yield () => maker.run(at)
  }
  const losses: number[] = []
  progress.start('training', length.steps, 'steps')
  progress.update(step)
  try {
    for await (const batch of lookAhead(jobs(), AHEAD)) {
      const measured = await steps.take(batch, step)
      losses.push(Object.values(measured)[0])
      const stray = Object.keys(measured).find((name) => !Number.isFinite(measured[name]))
      if (stray !== undefined) throw diverged(step + 1, stray, losses, checkpoint)
      step++
      recent = [...recent, measured]
      const isLast = step === length.steps
      if (step % spec.curveEvery === 0 || isLast) {
        await curve.add({ step, epoch: step / length.stepsPerEpoch, ...meansOf(recent) })
        recent = []
      }
      for (const line of (await look?.(step)) ?? []) await curve.add(line)
      if (step % spec.checkpointEvery === 0 || isLast) {
        const bad = notFinite(arrays)
        if (bad !== undefined) throw diverged(step, bad, losses, checkpoint)
        await writeTrainingCheckpoint<CheckpointHead>(checkpoint, {
          head: { step, curve: curve.length, recent },
          arrays,
        })
      }
      progress.update(step)
    }
  } finally {
    progress.stop()
    await maker.close()
    await steps.close()
  }
}

function meansOf(steps: readonly Measured[]): Measured {
  const names = [...new Set(steps.flatMap(Object.keys))]
  return Object.fromEntries(
    names.map((name) => {
      const values = steps.flatMap((step) => (name in step ? [step[name]] : []))
      return [name, values.reduce((a, b) => a + b, 0) / values.length]
    }),
  )
}

function diverged(step: number, what: string, losses: readonly number[], checkpoint: string): InputError {
  const last = losses.slice(-LAST_LOSSES).map((loss) => loss.toPrecision(4))
  return new InputError(
    `the training diverged at step ${step}: the last losses are ${last.join(', ')} (of '${what}' not all is finite)`,
    checkpoint,
    'the last good checkpoint is kept; begin again with a smaller rate, a longer warmUp, or clip',
  )
}
