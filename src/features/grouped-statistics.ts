import type { FeatureStatistics } from '../linear-algebra/streaming-moments.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession } from '../models/session.js'
import type { Progress } from '../progress.js'
import type { ImageSource } from './extraction.js'
import { streamStatistics } from './streamed-statistics.js'

/** A sampling error is told from as many groups of consecutive images; fewer than so many images tell none. */
const GROUPS = 8
const FEWEST_IMAGES = 20 * GROUPS

/** Images `start` .. `end` (exclusive) of a source. */
function part(source: ImageSource, start: number, end: number): ImageSource {
  return {
    name: source.name,
    imageCount: end - start,
    fingerprint: `${source.fingerprint}, images ${start} to ${end - 1}`,
    imageName: (index) => source.imageName(start + index),
    read: (index) => source.read(start + index),
  }
}

/** The first images of a source; all where it has no more. */
export function firstImages(source: ImageSource, images: number): ImageSource {
  return images >= source.imageCount ? source : part(source, 0, images)
}

/**
 * Statistics of the first images of a set, in groups of consecutive ones; in one group where they are few.
 * @param options.folder where the statistics of each group are kept
 */
export async function groupStatistics(
  session: ModelSession<ImageModelDescriptor>,
  set: ImageSource,
  images: number,
  { progress, folder }: { readonly progress: Progress; readonly folder: string },
): Promise<FeatureStatistics[]> {
  const total = Math.min(images, set.imageCount)
  const groups = total < FEWEST_IMAGES ? 1 : GROUPS
  const found: FeatureStatistics[] = []
  progress.start(`${session.model.descriptor.name} on ${set.name}`, total, 'images')
  try {
    for (let group = 0; group < groups; group++) {
      const [start, end] = [group, group + 1].map((edge) => Math.floor((edge * total) / groups))
      const within: Progress = {
        start() {},
        update: (done) => progress.update(start + done),
        stop() {},
      }
      found.push(await streamStatistics(session, part(set, start, end), { progress: within, folder }))
    }
    return found
  } finally {
    progress.stop()
  }
}
