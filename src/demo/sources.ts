import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { packageFile } from '../program.js'
import type { Sources } from '../run/sources.js'
import { realLikeImages } from './real-like-images.js'
import { RENDERER_VERSION } from './render/face-renderer.js'
import { IMAGE_SIDE } from './render/sensor.js'
import { DEMO_TEST_SETS } from './test-sets/demo-test-sets.js'
import { cachedFolder } from './test-sets/folder-cache.js'
import { makeDemoTestSet } from './test-sets/make-demo-test-set.js'

/** Rendered images that stand for real ones: the reference of demo-FID. */
const REAL_LIKE = { images: 2000, seed: 7, quality: 95 }

/** A file of the demo that comes with the program; undefined where it is not there. */
export function demoFile(name: string): string | undefined {
  const path = fileURLToPath(packageFile(`models/demo/${name}`))
  return existsSync(path) ? path : undefined
}

async function drawRealLike(folder: string): Promise<void> {
  const identity = join(folder, 'demo-real')
  await mkdir(identity)
  let index = 0
  for await (const pixels of realLikeImages(REAL_LIKE.images, REAL_LIKE.seed)) {
    const image = sharp(pixels, { raw: { width: IMAGE_SIDE, height: IMAGE_SIDE, channels: 3 } })
    const bytes = await image.jpeg({ quality: REAL_LIKE.quality }).toBuffer()
    await writeFile(join(identity, `${String(index++).padStart(5, '0')}.jpg`), bytes)
  }
}

/**
 * The built-in default: what the demo world supplies, by ids that begin with `demo-`. Test sets and images are drawn on
 * first use; networks and identity features come with the program.
 */
export const demoWorld: Sources = {
  async model(id) {
    // The descriptor knows the network's hash, also where the network is missing.
    return id.startsWith('demo-') ? demoFile(`${id}.yaml`) : undefined
  },
  async testSet(id, { cacheFolder, progress, pairsPerFold }) {
    const name = DEMO_TEST_SETS.find((known) => known === id)
    if (name === undefined) return undefined
    const path = await makeDemoTestSet(name, {
      cacheFolder: join(cacheFolder, 'demo'),
      pairsPerFold,
      progress,
    })
    return { path, demo: true }
  },
  async dataset(id, { cacheFolder }) {
    if (id === 'demo-identity-features') {
      const path = demoFile(`${id}.npy`)
      return path === undefined ? undefined : { path, demo: true }
    }
    if (id !== 'demo-real') return undefined
    const folder = join(cacheFolder, 'demo', id)
    await cachedFolder(folder, { ...REAL_LIKE, renderer: RENDERER_VERSION }, drawRealLike)
    return { path: folder, demo: true }
  },
}
