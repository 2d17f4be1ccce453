import { join } from 'node:path'
import type { DatasetFormat } from '../datasets/formats.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import { loadModel, requireRole } from '../models/model.js'
import { ModelSession } from '../models/session.js'
import type { Progress } from '../progress.js'
import { BareNetwork } from './bare-network.js'
import { madeDataset } from './made-images.js'
import { steadyRate } from './rate.js'
import type { BenchSettings, BenchStage, OpenStage } from './stage.js'

/** Images a call where none are asked for, as the stages have it. */
const BATCH = 32
/** Files of a folder cost more to make than to read. */
const MOST_IMAGES = 50_000

/** How a stage that brings images through a network uses a dataset of them. */
export interface ImagePass {
  readonly session: ModelSession<ImageModelDescriptor>
  readonly dataset: string
  readonly batch: number
  readonly folder: string
  readonly progress: Progress
}

/** A stage that reads images in one form and brings them through a network. */
export function imageStage(
  id: string,
  role: 'recogniser' | 'features',
  format: DatasetFormat,
  pass: (work: ImagePass) => Promise<unknown>,
): BenchStage {
  return {
    id,
    unit: 'images',
    role,
    gpus: 'each',
    open: (settings) => open(settings, id, role, format, pass),
  }
}

async function open(
  { models, provider, devices, threads, batch: asked = BATCH, folder }: BenchSettings,
  id: string,
  role: 'recogniser' | 'features',
  format: DatasetFormat,
  pass: (work: ImagePass) => Promise<unknown>,
): Promise<OpenStage> {
  const model = requireRole(await loadModel(models[role]), 'recogniser', 'features', 'quality', 'pose')
  const { min, max } = model.descriptor.batch
  const batch = Math.min(max, Math.max(min, asked))
  const device = devices?.[0]
  const session = await ModelSession.open(model, {
    ...{ provider, threads },
    ...(device !== undefined && { device }),
  })
  const bare = await BareNetwork.open(model, {
    ...{ provider, threads, batch },
    ...(devices && { devices }),
  }).catch(async (error: unknown) => {
    await session.close()
    throw error
  })
  const own = join(folder, id.replaceAll(/\W+/g, '-'))
  return {
    bare: (seconds) => bare.run(seconds),
    async run(units) {
      const images = Math.min(MOST_IMAGES, Math.max(2 * batch, Math.round(units)))
      const dataset = await madeDataset(own, format, images)
      const work = { session, dataset, batch, folder: own }
      return steadyRate(images, (progress) => pass({ ...work, progress }))
    },
    async close() {
      await bare.close()
      await session.close()
    },
  }
}
