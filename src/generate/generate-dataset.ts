import { resolve } from 'node:path'
import { alone } from '../bytes/lock.js'
import type { DatasetFormat } from '../datasets/formats.js'
import { InputError } from '../errors.js'
import { loadDetector } from '../models/detectors/load-detector.js'
import { loadModel, requireRole } from '../models/model.js'
import { requireDevices } from '../onnx/devices.js'
import type { Provider } from '../onnx/runtime.js'
import { type Progress, silent } from '../progress.js'
import type { AlignSettings } from './align/align-plan.js'
import { assemble, finishedManifest } from './assembly.js'
import { type AttropNetworks, loadAttrop, resolveAttrop } from './attrop/attrop-networks.js'
import type { AttropSettings } from './attrop/settings.js'
import { partCount, planGeneration } from './generation-plan.js'
import { makeParts } from './make-parts.js'
import type { Manifest } from './manifest.js'
import { PartArrivals } from './part-arrivals.js'
import { RunFolder } from './run-folder.js'
import { checkShardFolders, gatherParts, recordShard, type Shard, shardParts } from './shards.js'
import { checkSigmaMix, type SigmaShare } from './sigma-mix.js'
import { VectorFile } from './vector-file.js'

/** What a dataset is made of. */
export interface DatasetRequest {
  /** ONNX file or descriptor of a generator */
  readonly generator: string
  /** `.npy` of identity vectors, one a row */
  readonly identities: string
  /** the first so many of them; all by default */
  readonly count?: number
  readonly imagesPerIdentity: number
  readonly sigmas: readonly SigmaShare[]
  readonly seed: number
  /** JPEG quality, 1..100; 75 by default, as the authors' code */
  readonly quality?: number
  /** identities of a part, the unit of resumption; chosen by default */
  readonly partIdentities?: number
  /** where the networks run, `cpu` by default. Bytes are the same within one provider and batch */
  readonly provider?: Provider
  /** images of one call of the network; chosen by default */
  readonly batch?: number
  /** moves the perturbed vectors until the images have a quality and a pose */
  readonly attrop?: { readonly networks: AttropNetworks; readonly settings: AttropSettings }
  /** crops a face from each photograph, by a detector: ONNX file or descriptor */
  readonly align?: { readonly detector: string; readonly settings: AlignSettings }
}

export interface DatasetOptions {
  readonly formats: readonly DatasetFormat[]
  /** parts made at the same time, each on one core */
  readonly threads: number
  /** GPUs that they are made on, by number; the first by default */
  readonly devices?: readonly number[]
  readonly progress: Progress
  /** keep the parts once the dataset is whole */
  readonly keepParts?: boolean
}

/**
 * Checks a request and begins its run in a folder, or goes on with the same run there.
 * Reads all vectors once. @throws InputError where anything is unfit, or the folder holds another run
 */
export async function beginRun(request: DatasetRequest, out: string): Promise<RunFolder> {
  checkSigmaMix(request.sigmas, '--sigma')
  const model = requireRole(await loadModel(request.generator), 'generator')
  const vectors = await VectorFile.open(request.identities)
  try {
    const width = model.descriptor.input.size
    vectors.requireWidth(width)
    const count = request.count ?? vectors.rows
    const sha256 = await vectors.fingerprint(count)
    const { seed, imagesPerIdentity, sigmas, quality, partIdentities, provider, batch, attrop, align } =
      request
    const plan = planGeneration(model, {
      seed,
      identities: { count, width, sha256 },
      imagesPerIdentity,
      sigmas,
      ...(quality === undefined ? {} : { quality }),
      ...(partIdentities === undefined ? {} : { partIdentities }),
      ...(provider && { provider }),
      ...(batch !== undefined && { batch }),
      ...(attrop && {
        attrop: { models: await loadAttrop(model, attrop.networks), settings: attrop.settings },
      }),
      ...(align && {
        align: { detector: (await loadDetector(align.detector)).model, settings: align.settings },
      }),
    })
    const inputs = {
      identities: resolve(request.identities),
      generator: resolve(request.generator),
      ...(attrop && { attrop: resolveAttrop(attrop.networks) }),
      ...(align && { detector: resolve(align.detector) }),
    }
    return await RunFolder.begin(out, { plan, inputs })
  } finally {
    await vectors.close()
  }
}

/**
 * Generates a dataset into a folder. Killed at any moment it can be called again: it goes on, and ends with the
 * same bytes. @throws InputError; what was done by then stays done
 */
export async function generateDataset(
  request: DatasetRequest,
  out: string,
  options: DatasetOptions,
): Promise<Manifest> {
  await requireDevices(request.provider ?? 'cpu', options.devices)
  const run = await beginRun(request, out)
  return alone(run.lockPath, run.path, async () => {
    const finished = await finishedManifest(run.plan, run.path, options.formats)
    if (finished === undefined && (await run.doneParts()).length < partCount(run.plan)) {
      const manifest = await makeAndAssemble(run, options)
      if (options.keepParts !== true) await run.removeParts()
      return manifest
    }
    if (finished === undefined) return assembleOwnParts(run, options)
    if (options.keepParts !== true) await run.removeParts()
    return finished
  })
}

/** Makes the parts and, while they come, writes the forms: the disk works while the networks do. */
async function makeAndAssemble(run: RunFolder, options: DatasetOptions): Promise<Manifest> {
  const arrivals = new PartArrivals(run)
  const stop = new AbortController()
  const making = makeParts(run, shardParts(run, { shard: 1, of: 1 }), {
    ...options,
    onPart: (part) => arrivals.add(part),
    signal: stop.signal,
  }).catch((error: unknown) => arrivals.fail(error))
  try {
    return await assemble(run.plan, arrivals.paths(), run.path, { ...options, progress: silent })
  } finally {
    stop.abort()
    await making
  }
}

/** Generates one shard of a dataset into a folder: its parts only, for {@link mergeShards}. @throws InputError */
export async function generateShard(
  request: DatasetRequest,
  out: string,
  shard: Shard,
  options: Pick<DatasetOptions, 'threads' | 'devices' | 'progress'>,
): Promise<{ run: RunFolder; parts: number }> {
  await requireDevices(request.provider ?? 'cpu', options.devices)
  const run = await beginRun(request, out)
  const parts = shardParts(run, shard)
  await makeParts(run, parts, options)
  await recordShard(run, shard)
  return { run, parts: parts.length }
}

/** Assembles a run whose parts are all in its own folder. @throws InputError where one is missing */
export async function finishRun(
  run: RunFolder,
  options: Omit<DatasetOptions, 'threads' | 'devices'>,
): Promise<Manifest> {
  return alone(run.lockPath, run.path, () => assembleOwnParts(run, options))
}

async function assembleOwnParts(
  run: RunFolder,
  options: Omit<DatasetOptions, 'threads' | 'devices'>,
): Promise<Manifest> {
  const manifest = await assemble(run.plan, await gatherParts([run]), run.path, options)
  if (options.keepParts !== true) await run.removeParts()
  return manifest
}

/**
 * Assembles the shards of a run that are spread over folders.
 * @param out where the dataset goes; it may be one of the folders
 * @throws InputError where a folder holds another run, a shard is missing or there twice, a part is damaged
 */
export async function mergeShards(
  folders: readonly string[],
  out: string,
  options: Omit<DatasetOptions, 'threads'>,
): Promise<Manifest> {
  const paths = folders.map((folder) => resolve(folder))
  const twice = paths.find((path, i) => paths.indexOf(path) !== i)
  if (twice !== undefined) throw new InputError('the folder is named twice', twice, 'name each shard once')
  const runs = await Promise.all(paths.map((path) => RunFolder.open(path)))
  // Also where the dataset is finished and nothing is left to do: a folder that does not belong is a mistake.
  await checkShardFolders(runs)
  const inPlace = runs.find((run) => run.path === resolve(out))
  const target = inPlace ?? (await RunFolder.begin(out, runs[0].record))
  return alone(target.lockPath, target.path, async () => {
    const finished = await finishedManifest(target.plan, target.path, options.formats)
    if (finished !== undefined) return finished
    const manifest = await assemble(target.plan, await gatherParts(runs), target.path, options)
    // Shards in folders of their own are the caller's to delete.
    if (options.keepParts !== true && runs.length === 1) await target.removeParts()
    return manifest
  })
}
