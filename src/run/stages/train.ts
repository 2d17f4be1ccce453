import { join } from 'node:path'
import { z } from 'zod'
import { createCacheFolder } from '../../bytes/cache-folder.js'
import { loadModel, requireRole } from '../../models/model.js'
import { curveSchema } from '../../results/curve.js'
import type { TrainedOn, Trainer } from '../trainers/trainer.js'
import { keyOf, type Stage, type Take } from './stage.js'

const schema = z.strictObject({
  /** ONNX file in the cache, its descriptor beside it */
  path: z.string(),
  sha256: z.string(),
  /** losses as it went */
  curves: z.array(curveSchema),
  notes: z.array(z.string()),
})
export type Trained = z.infer<typeof schema>

/** A recogniser trained on a dataset. */
export function trainStage(
  trainer: Trainer,
  on: {
    readonly title: string
    readonly seed: number
    /** the dataset's content, where no stage makes it */
    readonly fingerprint: string
    readonly images: number
    readonly needs: readonly Stage[]
    dataset(take: Take): Promise<TrainedOn>
  },
  cacheFolder: string,
): Stage<Trained> {
  const { title, seed, fingerprint, images, needs } = on
  const key = keyOf('train', [trainer.recipe, seed, fingerprint], needs)
  const folder = join('recognisers', key.slice(0, 16))
  return {
    ...{ kind: 'train', title, key, schema, needs },
    work: trainer.work(images),
    async make(take) {
      const dataset = await on.dataset(take)
      const path = join(cacheFolder, folder)
      await createCacheFolder(path)
      const { name, curves = [], notes = [] } = await trainer.train(dataset, { folder: path, title, seed })
      const { sha256 } = requireRole(await loadModel(join(path, name)), 'recogniser')
      const files = [name, name.replace(/\.onnx$/, '.yaml')].map((file) => join(folder, file))
      return { outcome: { path: files[0], sha256, curves: [...curves], notes: [...notes] }, files }
    },
  }
}
