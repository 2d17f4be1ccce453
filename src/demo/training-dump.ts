import { mkdir, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { encodeNpy, encodeNpyHeader } from '../arrays/npy.js'
import { asInputError, InputError } from '../errors.js'
import { ATTRIBUTES, qualityOf } from './attributes.js'
import { IDENTITY_PARAMETERS, IDENTITY_SIZE, TRAINING_IDENTITIES } from './identity.js'
import { RENDERER_VERSION } from './render/face-renderer.js'
import { packAttributes } from './render/render-batch.js'
import { IMAGE_SIDE } from './render/sensor.js'
import { ATTRIBUTE_PRESETS, type AttributePreset } from './sampling.js'
import { trainingImages } from './training-images.js'

const USAGE =
  'node dist/demo/training-dump.js --identities N --images K --out DIR [--seed 1] [--first-identity 0] [--preset train] [--threads T]'

interface DumpOptions {
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

function wholeNumber(name: string, text: string | undefined, least: number, most: number): number {
  const value = Number(text)
  if (text === undefined || !Number.isInteger(value) || value < least || value > most)
    throw new InputError(
      `a whole number from ${least} to ${most} was expected, not ${text}`,
      `--${name}`,
      USAGE,
    )
  return value
}

function readOptions(args: readonly string[]): DumpOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      identities: { type: 'string' },
      images: { type: 'string' },
      seed: { type: 'string', default: '1' },
      'first-identity': { type: 'string', default: '0' },
      preset: { type: 'string', default: 'train' },
      threads: { type: 'string' },
      out: { type: 'string' },
    },
  })
  const identities = wholeNumber('identities', values.identities, 1, TRAINING_IDENTITIES)
  const preset = ATTRIBUTE_PRESETS.find((name) => name === values.preset)
  if (preset === undefined)
    throw new InputError(
      `no preset '${values.preset}'`,
      '--preset',
      `choose one of ${ATTRIBUTE_PRESETS.join(', ')}`,
    )
  if (values.out === undefined) throw new InputError('a folder is needed', '--out', USAGE)
  return {
    identities,
    images: wholeNumber('images', values.images, 1, 1e6),
    seed: wholeNumber('seed', values.seed, 0, Number.MAX_SAFE_INTEGER),
    firstIdentity: wholeNumber(
      'first-identity',
      values['first-identity'],
      0,
      TRAINING_IDENTITIES - identities,
    ),
    preset,
    folder: values.out,
    threads: values.threads === undefined ? undefined : wholeNumber('threads', values.threads, 1, 64),
  }
}

if (process.argv[1] !== undefined && import.meta.url.endsWith(process.argv[1].split('/').pop() ?? '')) {
  try {
    await dumpTrainingImages(readOptions(process.argv.slice(2)))
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  }
}
