import { existsSync, readdirSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type Sharp from 'sharp'
import { onDemand } from '../on-demand.js'
import { packageFile } from '../program.js'
import { type Progress, silent } from '../progress.js'
import { realLikeImages } from './real-like-images.js'
import { RENDERER_VERSION } from './render/face-renderer.js'
import { IMAGE_SIDE } from './render/sensor.js'
import { cachedFolder, isKept } from './test-sets/folder-cache.js'

const sharp = onDemand<typeof Sharp>('sharp')

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

async function drawRealLike(folder: string, progress: Progress): Promise<void> {
  const identity = join(folder, 'demo-real')
  await mkdir(identity)
  let index = 0
  progress.start('drawing demo-real', REAL_LIKE.images, 'images')
  for await (const pixels of realLikeImages(REAL_LIKE.images, REAL_LIKE.seed)) {
    const image = sharp()(pixels, { raw: { width: IMAGE_SIDE, height: IMAGE_SIDE, channels: 3 } })
    const bytes = await image.jpeg({ quality: REAL_LIKE.quality }).toBuffer()
    await writeFile(join(identity, `${String(index++).padStart(5, '0')}.jpg`), bytes)
    progress.update(index)
  }
}

const realLikePlace = (cacheFolder: string) =>
  [join(cacheFolder, 'demo', 'demo-real'), { ...REAL_LIKE, renderer: RENDERER_VERSION }] as const

/** How many of the images that stand for real ones have to be drawn: none where they were kept. */
export async function realLikeToDraw(cacheFolder: string): Promise<number> {
  return (await isKept(...realLikePlace(cacheFolder))) ? 0 : REAL_LIKE.images
}

/** The folder of images that stand for real ones, drawn where it is not there yet. */
export async function realLikeFolder(cacheFolder: string, progress: Progress = silent): Promise<string> {
  const [folder, parameters] = realLikePlace(cacheFolder)
  try {
    await cachedFolder(
      folder,
      parameters,
      (unfinished) => drawRealLike(unfinished, progress),
      () => progress.start('waiting for another process, which draws demo-real', REAL_LIKE.images, 'images'),
    )
  } finally {
    progress.stop()
  }
  return folder
}
