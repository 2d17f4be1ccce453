import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { encodeNpy, readNpy } from '../../src/arrays/npy.js'
import { sha256OfFile } from '../../src/bytes/hashing.js'
import { attropSettingsSchema } from '../../src/generate/attrop/settings.js'
import type { DatasetRequest } from '../../src/generate/generate-dataset.js'
import { PAPER_SIGMA_MIX } from '../../src/generate/sigma-mix.js'
import { RandomStream } from '../../src/random/philox.js'

/** A generator of the real one's interface with random weights (make_tiny_generator.py). */
export const TINY_GENERATOR = fileURLToPath(new URL('./fixtures/tiny-generator.onnx', import.meta.url))

/** A generator that gives NaN where one of a vector's first 12 numbers is below 0. */
export const ROOT_GENERATOR = fileURLToPath(new URL('./fixtures/root-generator.onnx', import.meta.url))

/** Random vectors, `rows * width` numbers. */
export function randomVectors(rows: number, width = 512, seed = 1): Float32Array {
  const vectors = new Float32Array(rows * width)
  new RandomStream(seed, 'test vectors').fillNormal(vectors)
  return vectors
}

/** Writes vectors as a `.npy` file. */
export async function writeVectors(path: string, data: Float32Array, width = 512): Promise<string> {
  await writeFile(path, encodeNpy({ type: '<f4', shape: [data.length / width, width], data }))
  return path
}

/** A request for a small dataset: 7 identities of 5 images, cut into parts of 2 identities. */
export async function smallRequest(folder: string): Promise<DatasetRequest> {
  return {
    generator: TINY_GENERATOR,
    identities: await writeVectors(join(folder, 'vectors.npy'), randomVectors(7)),
    imagesPerIdentity: 5,
    sigmas: PAPER_SIGMA_MIX,
    seed: 5,
    partIdentities: 2,
  }
}

const demo = (name: string): string => `models/demo/demo-${name}.onnx`

/** AttrOP's networks of the demo world. */
export const DEMO_ATTROP = { recogniser: demo('recogniser-a'), quality: demo('quality'), pose: demo('pose') }

/** Identities of the demo world. */
export async function demoIdentities(folder: string, rows: number): Promise<string> {
  const { data } = await readNpy('models/demo/demo-identity-features.npy')
  return writeVectors(join(folder, 'identities.npy'), (data as Float32Array).slice(0, rows * 512))
}

/** Identities of the demo world, 3 images each, moved for quality and yaw, in parts of one identity: every batch is padded. */
export async function demoAttrop(folder: string, identities: number): Promise<DatasetRequest> {
  return {
    generator: demo('generator'),
    identities: await demoIdentities(folder, identities),
    imagesPerIdentity: 3,
    sigmas: [{ sigma: 0.5, share: 1 }],
    seed: 5,
    partIdentities: 1,
    attrop: {
      networks: DEMO_ATTROP,
      settings: attropSettingsSchema.parse({ quality: 31, yaw: { low: 0, high: 30 }, steps: 2 }),
    },
  }
}

/** SHA-256 of every file of a run's folder, by relative path; `run.json` names this machine's paths and is left out. */
export async function contentOf(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const content: Record<string, string> = {}
  for (const path of files.sort()) content[path.slice(folder.length + 1)] = await sha256OfFile(path)
  delete content['run.json']
  return content
}

/** The arguments of `generate dataset` for a request. */
export function commandOf(request: DatasetRequest, out: string): string[] {
  return [
    ...['generate', 'dataset', '--identities', request.identities, '--model', request.generator],
    ...['--images', String(request.imagesPerIdentity), '--seed', String(request.seed), '--out', out],
  ]
}
