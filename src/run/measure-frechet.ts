import type { ImageSource } from '../features/extraction.js'
import { openImageSet } from '../features/image-set.js'
import { streamStatistics } from '../features/streamed-statistics.js'
import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'
import { frechetDistance } from '../metrics/frechet.js'
import { frechetWithError } from '../metrics/frechet-error.js'
import { mergeStatistics } from '../metrics/merge-statistics.js'
import { type Model, requireRole } from '../models/model.js'
import { ModelSession, type SessionOptions } from '../models/session.js'
import type { Progress } from '../progress.js'
import type { Metric } from '../results/schema.js'

/** The sampling error is told from as many groups of consecutive images; fewer than so many images tell none. */
const GROUPS = 8
const FEWEST_IMAGES = 20 * GROUPS

/**
 * The Frechet distance of a dataset to its reference, over the first images of both, with its sampling error.
 * @param options.statistics folder where the statistics of each group of images are kept
 */
export async function measureFrechet(
  model: Model,
  paths: { readonly dataset: string; readonly reference: string },
  spec: { readonly features: string; readonly reference: string; readonly images: number },
  options: { readonly session: SessionOptions; readonly progress: Progress; readonly statistics: string },
): Promise<{ metric: Metric; notes: string[] }> {
  const features = requireRole(model, 'features')
  const name = features.descriptor.distanceName
  const session = await ModelSession.open(features, options.session)
  try {
    const dataset = await groupStatistics(session, paths.dataset, spec.images, options)
    const reference = await groupStatistics(session, paths.reference, spec.images, options)
    const names = ['the dataset', 'the reference'] as const
    const known = dataset.length > 1 && reference.length > 1
    const { whole, standardError } = known
      ? await frechetWithError(dataset, reference, names)
      : {
          whole: await frechetDistance(mergeStatistics(dataset), mergeStatistics(reference), names),
          standardError: undefined,
        }
    return {
      metric: {
        family: name,
        parameters: {},
        by: spec.features,
        value: whole.distance,
        count: Math.min(...whole.images.map((count) => count ?? 0)),
        ...(standardError !== undefined && { standardError }),
        against: spec.reference,
        better: 'lower',
      },
      notes: whole.warnings.map(({ message }) => `${name}: ${message}.`),
    }
  } finally {
    await session.close()
  }
}

/** Statistics of the first images of a set, in groups of consecutive ones; in one group where they are few. */
async function groupStatistics(
  session: ModelSession<Model['descriptor'] & { role: 'features' }>,
  path: string,
  images: number,
  { progress, statistics }: { readonly progress: Progress; readonly statistics: string },
): Promise<FeatureStatistics[]> {
  const set = await openImageSet(path)
  try {
    const total = Math.min(images, set.imageCount)
    const groups = total < FEWEST_IMAGES ? 1 : GROUPS
    const found: FeatureStatistics[] = []
    progress.start(`${session.model.descriptor.name} on ${set.name}`, total, 'images')
    for (let group = 0; group < groups; group++) {
      const [start, end] = [group, group + 1].map((edge) => Math.floor((edge * total) / groups))
      const part: ImageSource = {
        name: set.name,
        imageCount: end - start,
        fingerprint: `${set.fingerprint}, images ${start} to ${end - 1}`,
        imageName: (index) => set.imageName(start + index),
        read: (index) => set.read(start + index),
      }
      const within: Progress = {
        start() {},
        update: (done) => progress.update(start + done),
        stop() {},
      }
      found.push(await streamStatistics(session, part, { progress: within, folder: statistics }))
    }
    return found
  } finally {
    progress.stop()
    await set.close()
  }
}
