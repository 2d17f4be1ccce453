import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RecordedSession } from '../../models/session.js'
import type { Progress } from '../../progress.js'
import type { RecogniserSpec } from '../../training/recogniser-spec.js'
import { trainRecogniser } from '../../training/train-recogniser.js'
import type { Trainer } from './trainer.js'
import { trainingCurves } from './training-curves.js'

const NAME = 'recogniser.onnx'

/** This program's own trainer. The cell's seed takes the place of the spec's. */
export function insideTrainer(
  spec: RecogniserSpec,
  {
    session,
    progress,
    log,
  }: {
    readonly session: RecordedSession
    readonly progress: Progress
    readonly log: (line: string) => void
  },
): Trainer {
  const { seed: _, ...recipe } = spec
  const { architecture, depth, width } = spec.network
  return {
    recipe: ['inside', recipe, session.provider],
    work: (images) => ({
      units: spec.steps === undefined ? Math.ceil((spec.epochs ?? 1) * images) : spec.steps * spec.batch,
      unit: 'images',
      like: [architecture, depth, width ?? ''].join(' ').trim(),
    }),
    async train({ path, reading = {}, demo }, { folder, title, seed }) {
      const out = join(folder, NAME)
      const run = join(folder, 'training')
      // What lies there was not taken note of: the run's folder is what is gone on with.
      await rm(out, { force: true })
      const { curve, verifications } = await trainRecogniser({
        ...{ dataset: path, spec: { ...spec, seed }, out, folder: run, session, progress, demo },
        ...(reading.skipUnreadable === true && { skipUnreadable: true }),
        ...(reading.imageField !== undefined && { imageField: reading.imageField }),
        log: (line) => {
          if (line.startsWith('warning')) log(`${title}: ${line}`)
        },
      })
      // Checkpoint and decoded images are many times the network's size.
      await rm(run, { recursive: true, force: true })
      return { name: NAME, curves: trainingCurves([...curve, ...verifications]) }
    },
  }
}
