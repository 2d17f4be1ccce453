import { openImageSet } from '../../features/open-image-set.js'
import { streamStatistics } from '../../features/streamed-statistics.js'
import { imageStage } from '../image-stage.js'

/** What `metrics fid` does with a set of images: features, and their mean and covariance. */
export const fidFeatures = imageStage(
  'FID features',
  'features',
  'folder',
  async ({ session, dataset, batch, progress }) => {
    const images = await openImageSet(dataset)
    try {
      await streamStatistics(session, images, { batch, progress })
    } finally {
      await images.close()
    }
  },
)
