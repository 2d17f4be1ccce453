import { existsSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { packageFile } from '../program.js'
import { realLikeImages } from './real-like-images.js'
import { RENDERER_VERSION } from './render/face-renderer.js'
import { IMAGE_SIDE } from './render/sensor.js'
import { cachedFolder } from './test-sets/folder-cache.js'

/** Rendered images that stand for real ones: the reference of demo-FID. */
const REAL_LIKE = { images: 2000, seed: 7, quality: 95 }

/** A file of the demo that comes with the program; undefined where it is not there. */
export function demoFile(name: string): string | undefined {
  const path = fileURLToPath(packageFile(`models/demo/${name}`))
  return existsSync(path) ? path : undefined
}

/** The ids of the networks that come with the program. */
export function demoModels(): string[] {
  const folder = fileURLToPath(packageFile('models/demo'))
  return readdirSync(folder)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => name.slice(0, -'.yaml'.length))
    .sort()
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

/** The folder of images that stand for real ones, drawn where it is not there yet. */
export async function realLikeFolder(cacheFolder: string): Promise<string> {
  const folder = join(cacheFolder, 'demo', 'demo-real')
  await cachedFolder(folder, { ...REAL_LIKE, renderer: RENDERER_VERSION }, drawRealLike)
  return folder
}
