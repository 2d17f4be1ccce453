import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encodeNpy, encodeNpyHeader } from '../src/arrays/npy.js'
import { ATTRIBUTES, qualityOf } from '../src/demo/attributes.js'
import { IDENTITY_PARAMETERS, IDENTITY_SIZE } from '../src/demo/identity.js'
import { RENDERER_VERSION } from '../src/demo/render/face-renderer.js'
import { packAttributes } from '../src/demo/render/render-batch.js'
import { IMAGE_SIDE } from '../src/demo/render/sensor.js'
import type { AttributePreset } from '../src/demo/sampling.js'
import { trainingImages } from '../src/demo/training-images.js'
import { asInputError } from '../src/errors.js'

/** What is written. */
export interface DumpOptions {
  readonly identities: number
  /** images of each identity */
  readonly images: number
  readonly seed: number
  readonly firstIdentity: number
  readonly preset: AttributePreset
  readonly folder: string
  readonly threads: number | undefined
}

/**
 * Writes training images of the demo world as NumPy files: `images.npy` (uint8 [N K, 112, 112, 3], RGB),
 * `identity.npy` (int32 [N K]), `attributes.npy` (float32 [N K, A], columns named in `attributes.json`) and
 * `identities.npy` (float32 [N, P]). Image k of an identity is the same whatever N and K are. Memory is flat
 * but for the tables of numbers.
 */
export async function dumpTrainingImages(options: DumpOptions): Promise<void> {
  const { identities, images, seed, firstIdentity, folder } = options
  const total = identities * images
  const columns = [...ATTRIBUTES, 'quality']
  const labels = new Int32Array(total)
  const attributes = new Float32Array(total * columns.length)
  const parameters = new Float32Array(identities * IDENTITY_SIZE)

  await mkdir(folder, { recursive: true })
  try {
    const file = await open(join(folder, 'images.npy'), 'w')
    try {
      await file.writeFile(encodeNpyHeader('|u1', [total, IMAGE_SIDE, IMAGE_SIDE, 3]))
      let row = 0
      for await (const image of trainingImages({ ...options, imagesEach: images })) {
        labels[row] = image.person
        parameters.set(image.identity, (image.person - firstIdentity) * image.identity.length)
        attributes.set(
          [...packAttributes(image.attributes), qualityOf(image.attributes)],
          row * columns.length,
        )
        await file.writeFile(image.pixels)
        row++
      }
    } finally {
      await file.close()
    }
    await writeFile(join(folder, 'identity.npy'), encodeNpy({ type: '<i4', shape: [total], data: labels }))
    await writeFile(
      join(folder, 'attributes.npy'),
      encodeNpy({ type: '<f4', shape: [total, columns.length], data: attributes }),
    )
    await writeFile(
      join(folder, 'identities.npy'),
      encodeNpy({ type: '<f4', shape: [identities, IDENTITY_SIZE], data: parameters }),
    )
    await writeFile(
      join(folder, 'attributes.json'),
      `${JSON.stringify({ columns, identityParameters: IDENTITY_PARAMETERS, renderer: RENDERER_VERSION, seed, preset: options.preset }, null, 2)}\n`,
    )
  } catch (error) {
    throw asInputError(error, folder)
  }
}
