/**
 * Identity vectors and datasets of generated faces, in runs that resume and shard to the same bytes. Pools of workers on
 * Redis are in `vec2face-bench/generate/queue`.
 *
 * @example
 * import { availableParallelism } from 'node:os'
 * import { generateDataset, PAPER_SIGMA_MIX } from 'vec2face-bench/generate'
 * import { silent } from 'vec2face-bench'
 *
 * const request = {
 *   generator: 'vec2face.onnx',
 *   identities: 'vectors.npy',
 *   imagesPerIdentity: 50,
 *   sigmas: PAPER_SIGMA_MIX,
 *   seed: 1,
 * }
 * const options = { formats: ['recordio'], threads: availableParallelism(), progress: silent } as const
 * await generateDataset(request, 'hsface10k', options)
 *
 * @module
 */
export { averageSimilarity, setAverageSimilarity } from './average-similarity.js'
export {
  beginRun,
  type DatasetOptions,
  type DatasetRequest,
  finishRun,
  generateDataset,
  generateShard,
  mergeShards,
} from './generate-dataset.js'
export { type GenerationPlan, planDifferences, planId } from './generation-plan.js'
export { type GeneratedPixels, Generator, type GeneratorBatch } from './generator.js'
export {
  type Candidates,
  drawnCandidates,
  type IdentityOptions,
  type IdentityResult,
  storedCandidates,
  writeIdentityVectors,
} from './identity-vectors.js'
export { type JoinedInputs, joinRun } from './join-run.js'
export { type Manifest, readManifest } from './manifest.js'
export { drawMasks, type Masking, PAPER_MASKING } from './masks.js'
export { perturb } from './perturbation.js'
export { type PreviewRequest, previewIdentities } from './preview.js'
export {
  fitPrincipalComponents,
  type PrincipalComponents,
  readPrincipalComponents,
  sampleVectors,
  writePrincipalComponents,
} from './principal-components.js'
export { RunFolder } from './run-folder.js'
export { parseScale, SCALES } from './scales.js'
export { parseShard, type Shard } from './shards.js'
export { PAPER_SIGMA_MIX, parseSigmaMix, type SigmaShare } from './sigma-mix.js'
export { VectorFile } from './vector-file.js'
