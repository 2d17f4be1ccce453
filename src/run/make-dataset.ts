import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createCacheFolder } from '../bytes/cache-folder.js'
import { sha256, sha256OfFile } from '../bytes/hashing.js'
import { readFeatures } from '../features/feature-file.js'
import { generateDataset } from '../generate/generate-dataset.js'
import { drawnCandidates, writeIdentityVectors } from '../generate/identity-vectors.js'
import type { Manifest } from '../generate/manifest.js'
import { fitPrincipalComponents } from '../generate/principal-components.js'
import type { Model } from '../models/model.js'
import { PROGRAM } from '../program.js'
import type { Progress } from '../progress.js'
import { idsOf, requestOf } from './attrop-spec.js'
import type { GenerateSpec } from './dataset-spec.js'

/** A dataset on disk that a spec's recipe made. */
export interface MadeDataset {
  readonly path: string
  /** `.npy` of the identity vectors */
  readonly vectors: string
  readonly manifest: Manifest
}

/**
 * Makes the dataset of a spec: vectors drawn like the identity features, images from the generator. It lies in
 * the cache under the hash of all that decides it, so a second run finds it, and an interrupted one goes on.
 */
export async function makeDataset(
  spec: GenerateSpec,
  inputs: {
    readonly generator: Model
    readonly identityFeatures: string
    /** a network of AttrOP, by its id */
    attropModel(id: string): Model
  },
  options: {
    readonly seed: number
    readonly threads: number
    readonly cacheFolder: string
    readonly progress: Progress
  },
): Promise<MadeDataset> {
  const { seed, threads, progress } = options
  const { attrop } = spec
  const key = sha256(
    JSON.stringify([
      PROGRAM.version,
      spec,
      seed,
      inputs.generator.sha256,
      await sha256OfFile(inputs.identityFeatures),
      ...(attrop ? idsOf(attrop).map((id) => inputs.attropModel(id).sha256) : []),
    ]),
  )
  const folder = join(options.cacheFolder, 'datasets', key.slice(0, 16))
  await createCacheFolder(folder)
  const vectors = join(folder, 'identity-vectors.npy')
  const path = join(folder, 'images')
  // Written whole or not at all, and the folder's name holds all that decides them.
  if (!existsSync(vectors)) {
    const fitted = await fitPrincipalComponents(
      await readFeatures(inputs.identityFeatures),
      inputs.identityFeatures,
    )
    await writeIdentityVectors(drawnCandidates(fitted, seed), vectors, {
      count: spec.identities,
      width: fitted.width,
      maxSimilarity: spec.maxSimilarity,
      progress,
    })
  }
  const manifest = await generateDataset(
    {
      generator: inputs.generator.path,
      identities: vectors,
      imagesPerIdentity: spec.images,
      sigmas: Object.entries(spec.sigma).map(([sigma, share]) => ({ sigma: Number(sigma), share })),
      seed,
      ...(attrop && { attrop: requestOf(attrop, (id) => inputs.attropModel(id).path) }),
    },
    path,
    { formats: ['lmdb'], threads, progress },
  )
  return { path, vectors, manifest }
}
