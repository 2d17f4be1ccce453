import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodeJpeg } from '../../src/images/jpeg/encode-jpeg.js'
import { RandomStream } from '../../src/random/philox.js'

const SIDE = 112

/** A folder of identities that differ by the colours of a 4x4 grid, each image with noise of its own. */
export async function writeSmallDataset(path: string, identities: number, images: number): Promise<string> {
  for (let identity = 0; identity < identities; identity++) {
    const folder = join(path, String(identity).padStart(3, '0'))
    mkdirSync(folder, { recursive: true })
    const colours = Array.from(
      { length: 48 },
      (
        (random) => () =>
          random.nextInt(200) + 28
      )(new RandomStream(1, 'colours', identity)),
    )
    for (let image = 0; image < images; image++) {
      const noise = new RandomStream(1, 'noise', identity, image)
      const pixels = new Uint8Array(SIDE * SIDE * 3)
      for (let i = 0; i < pixels.length; i++) {
        const [x, y] = [Math.floor(i / 3) % SIDE, Math.floor(i / 3 / SIDE)]
        pixels[i] = colours[3 * (4 * (y >> 5) + (x >> 5)) + (i % 3)] + (noise.nextUint32() % 28)
      }
      writeFileSync(
        join(folder, `${image}.jpg`),
        encodeJpeg(pixels, SIDE, SIDE, { quality: 90, chromaSubsampling: '4:4:4' }),
      )
    }
  }
  return path
}

/** A network and a run of seconds. */
export const SMALL_SPEC = {
  network: { architecture: 'demonet', depth: 'tiny', featureSize: 32, dropout: 0.1 },
  loss: { kind: 'arcface', margin: 0.2, scale: 16 },
  optimiser: { kind: 'sgd', rate: 0.05 },
  schedule: { kind: 'cosine' },
  clip: 5,
  warmUp: 2,
  steps: 20,
  batch: 8,
  curveEvery: 5,
  checkpointEvery: 4,
  seed: 7,
} as const
