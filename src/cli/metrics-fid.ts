import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { encodeFeatureStatistics } from '../datasets/feature-statistics.js'
import { InputError } from '../errors.js'
import { FeatureCache } from '../features/cache.js'
import { extractFeatures } from '../features/extraction.js'
import { type FeatureSet, openFeatureFile } from '../features/feature-set.js'
import { openImageSet } from '../features/image-set.js'
import { streamStatistics } from '../features/streamed-statistics.js'
import { writeDurably } from '../files.js'
import { type Cmmd, cmmd } from '../metrics/cmmd.js'
import type { FeatureMatrix } from '../metrics/feature-matrix.js'
import { type FidInfinity, fidInfinity } from '../metrics/fid-infinity.js'
import { type FrechetDistance, frechetDistance, type MetricWarning } from '../metrics/frechet.js'
import { type KernelDistance, kernelInceptionDistance } from '../metrics/kernel-inception.js'
import {
  type Manifold,
  precisionRecallDensityCoverage,
} from '../metrics/precision-recall-density-coverage.js'
import { type FeatureStatistics, featureStatistics } from '../metrics/streaming-moments.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import { loadModel, requireRole } from '../models/model.js'
import { ModelSession, type Provider } from '../models/session.js'
import type { Progress } from '../progress.js'
import { cacheOption, jsonOption, providerOption, threadsOption, wholeNumber } from './options.js'
import { alignColumns, log, print, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

interface FidFlags {
  features?: string[]
  stats?: string[]
  model?: string
  saveStats?: string[]
  kid?: boolean
  subsets: number
  subsetSize: number
  prdc?: boolean
  neighbours: number
  infinity?: boolean
  points: number
  cmmd?: boolean
  seed: number
  provider: Provider
  threads?: number
  batch?: number
  cache: string | false
  json?: boolean
  quiet?: boolean
}

/** What `metrics fid --json` prints. Values that were not asked for are left out. */
interface FidReport {
  /** undefined where one set was given, to save its statistics */
  readonly fid?: number
  /** what the distance is called: `FID` over the official Inception only */
  readonly name: string
  readonly frechet?: FrechetDistance
  readonly kid?: KernelDistance
  readonly manifold?: Manifold
  readonly infinity?: FidInfinity
  readonly cmmd?: Cmmd
}

const EXAMPLES = `
The first set is the generated one, the second the real one. Files are told by their content: features are .npy or CSV
with one row an image, statistics .npz with mu and sigma as pytorch-fid saves them.

Examples:
  Features that you have computed:
    $ vec2face-bench metrics fid --features generated.npy real.npy --kid --prdc --json

  Against statistics saved earlier, and extrapolated to infinitely many images:
    $ vec2face-bench metrics fid --features generated.npy --stats real.npz --infinity

  Images: folders, or datasets of any form:
    $ vec2face-bench metrics fid --model inception.onnx hsface10k/ webface.rec

  Save statistics, for this program or pytorch-fid:
    $ vec2face-bench metrics fid --model inception.onnx webface.rec --save-stats webface.npz`

const DISTANCE_NAME = 'Frechet distance'

/** Adds `metrics fid`. */
export function registerMetricsFid(metrics: Command): void {
  metrics
    .command('fid')
    .summary('FID, KID, precision, recall, density, coverage, CMMD')
    .description(
      'Measures how far a generated set is from a real one: the Frechet distance (FID), and beside it KID, precision, recall, density, coverage, FID at infinitely many images, and CMMD.',
    )
    .argument('[sets...]', 'images (with --model), or files of features or statistics')
    .option('--features <files...>', 'features, one row an image: .npy or CSV')
    .option('--stats <files...>', 'statistics: .npz with mu and sigma')
    .option('--model <file>', 'ONNX file or descriptor of the feature model, for images')
    .option('--save-stats <files...>', "write the sets' statistics, one .npz a set, in their order")
    .option('--kid', 'kernel inception distance')
    .addOption(count('--subsets <n>', 'subsets of KID', 2, 100))
    .addOption(count('--subset-size <n>', 'images of a subset', 2, 1000))
    .option('--prdc', 'precision, recall, density, coverage')
    .addOption(count('--neighbours <k>', 'nearest neighbour that sets a radius', 1, 5))
    .option('--infinity', 'the distance extrapolated to infinitely many images of the first set')
    .addOption(count('--points <n>', 'distances that are extrapolated from', 3, 15))
    .option('--cmmd', 'CMMD: give features of a CLIP image model')
    .addOption(count('--seed <n>', 'seed of the subsets', 0, 0))
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(new Option('--batch <n>', 'images a call').argParser(wholeNumber(1, 4096)))
    .addOption(cacheOption())
    .option('--no-cache', 'compute every feature anew')
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(fidCommand)
}

function count(flags: string, description: string, min: number, byDefault: number): Option {
  return new Option(flags, description).argParser(wholeNumber(min)).default(byDefault)
}

async function fidCommand(paths: readonly string[], flags: FidFlags): Promise<void> {
  const files = [...(flags.features ?? []), ...(flags.stats ?? [])]
  const progress = terminalProgress(flags.quiet === true)
  const session = flags.model === undefined ? undefined : await openFeatureModel(flags.model, flags)
  try {
    const sets: FeatureSet[] = []
    for (const path of [...paths, ...files]) sets.push(await openSet(path, session, flags, progress))
    requireSetCount(sets, flags)
    const report = await measure(sets, flags, distanceName(session))
    if (flags.json === true) printJson(flatten(report, sets))
    else printReport(report, sets)
  } finally {
    await session?.close()
  }
}

function distanceName(session: ModelSession<ImageModelDescriptor> | undefined): string {
  const descriptor = session?.model.descriptor
  return descriptor?.role === 'features' ? descriptor.distanceName : DISTANCE_NAME
}

async function openFeatureModel(
  path: string,
  { provider, threads }: FidFlags,
): Promise<ModelSession<ImageModelDescriptor>> {
  const model = requireRole(await loadModel(path), 'features', 'recogniser', 'quality', 'pose')
  return ModelSession.open(model, { provider, ...(threads !== undefined && { threads }) })
}

function requireSetCount(sets: readonly FeatureSet[], flags: FidFlags): void {
  const saved = flags.saveStats?.length ?? 0
  if (sets.length !== 2 && !(sets.length === 1 && saved === 1)) {
    throw new InputError(
      `two sets are needed, ${sets.length} given`,
      '',
      'name the generated set and the real one (or one set with --save-stats)',
    )
  }
  if (saved > sets.length) {
    throw new InputError(`${saved} files to save the statistics of ${sets.length} sets in`, '--save-stats')
  }
}

async function openSet(
  path: string,
  session: ModelSession<ImageModelDescriptor> | undefined,
  flags: FidFlags,
  progress: Progress,
): Promise<FeatureSet> {
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  const isFile = /\.(npy|npz|csv|txt)$/i.test(path) && !isFolder
  if (isFile || (session === undefined && !isFolder)) return openFeatureFile(path)
  if (session === undefined) {
    throw new InputError('a folder of images needs a feature model', path, 'add --model FILE.onnx')
  }
  return imageFeatures(path, session, flags, progress)
}

/** The features of images. They are kept in memory only where more than mean and covariance is asked for. */
function imageFeatures(
  path: string,
  session: ModelSession<ImageModelDescriptor>,
  { batch, cache }: FidFlags,
  progress: Progress,
): FeatureSet {
  const sized = batch !== undefined && { batch }
  return {
    name: path,
    async statistics() {
      const images = await openImageSet(path)
      try {
        const kept = cache !== false && { folder: join(cache, 'statistics') }
        return await streamStatistics(session, images, { progress, ...sized, ...kept })
      } finally {
        await images.close()
      }
    },
    async features() {
      const images = await openImageSet(path)
      try {
        const kept = cache !== false && { cache: new FeatureCache(join(cache, 'features'), log) }
        const options = { mirrored: false, progress, ...sized, ...kept }
        const { plain, size } = await extractFeatures(session, images, options)
        return { rows: images.imageCount, columns: size, data: plain }
      } finally {
        await images.close()
      }
    },
  }
}

interface Measured {
  readonly name: string
  readonly statistics: FeatureStatistics
  /** where values of each image are needed */
  readonly features?: FeatureMatrix
}

async function load(set: FeatureSet, needsFeatures: boolean): Promise<Measured> {
  if (!needsFeatures) return { name: set.name, statistics: await set.statistics() }
  const features = await set.features()
  return { name: set.name, features, statistics: await featureStatistics(features, set.name) }
}

async function measure(sets: readonly FeatureSet[], flags: FidFlags, name: string): Promise<FidReport> {
  const needsBoth = flags.kid === true || flags.prdc === true || flags.cmmd === true
  const measured: Measured[] = []
  for (const [i, set] of sets.entries()) {
    measured.push(await load(set, needsBoth || (i === 0 && flags.infinity === true)))
  }
  for (const [i, path] of (flags.saveStats ?? []).entries()) {
    await writeDurably(path, encodeFeatureStatistics(measured[i].statistics))
  }
  if (measured.length === 1) return { name }
  const [generated, real] = measured
  const names = [generated.name, real.name] as const
  const frechet = await frechetDistance(generated.statistics, real.statistics, names)
  return { fid: frechet.distance, name, frechet, ...(await measureMore(generated, real, flags)) }
}

/** The values that were asked for beside the distance. */
async function measureMore(
  generated: Measured,
  real: Measured,
  flags: FidFlags,
): Promise<Partial<FidReport>> {
  const { seed, subsets, subsetSize, neighbours, points } = flags
  const names = [generated.name, real.name] as const
  const [a, b] = [generated.features, real.features]
  return {
    ...(flags.infinity &&
      a && { infinity: await fidInfinity(a, real.statistics, names[0], { seed, points }) }),
    ...(flags.kid &&
      a &&
      b && { kid: await kernelInceptionDistance(a, b, { seed, subsets, subsetSize }, names) }),
    ...(flags.prdc &&
      a &&
      b && { manifold: await precisionRecallDensityCoverage(b, a, { neighbours }, [names[1], names[0]]) }),
    ...(flags.cmmd && a && b && { cmmd: await cmmd(a, b, {}, names) }),
  }
}

function warningsOf(frechet: FrechetDistance, infinity: FidInfinity | undefined): MetricWarning[] {
  return [...frechet.warnings, ...(infinity?.warnings ?? [])]
}

/** The report as scripts read it: values at the top, each with the images behind it. */
function flatten({ frechet, kid, manifold, infinity, ...rest }: FidReport, sets: readonly FeatureSet[]) {
  return {
    ...rest,
    sets: sets.map(({ name }) => name),
    ...(frechet && {
      meanTerm: frechet.meanTerm,
      covarianceTerm: frechet.covarianceTerm,
      dimensions: frechet.dimensions,
      images: frechet.images.map((images) => images ?? null),
      warnings: warningsOf(frechet, infinity),
    }),
    ...(infinity && { infinity: { ...infinity, warnings: undefined } }),
    ...(kid && { kid }),
    ...(manifold && { prdc: manifold }),
  }
}

function printReport(
  { name, frechet, kid, manifold, infinity, cmmd }: FidReport,
  sets: readonly FeatureSet[],
) {
  const of = (images: readonly (number | undefined)[]): string =>
    `${images.map((value) => value ?? 'unknown').join(' and ')} images`
  const rows: string[][] = []
  if (frechet) rows.push([name, frechet.distance.toFixed(4), of(frechet.images)])
  if (infinity) {
    const [few, many] = [infinity.images[0], infinity.images[infinity.images.length - 1]]
    rows.push([`${name}, infinitely many`, infinity.distance.toFixed(4), `from ${few} to ${many} images`])
  }
  if (kid) {
    const detail = `+- ${kid.std.toFixed(6)}, ${kid.values.length} subsets of ${kid.subsetSize}, ${of(kid.images)}`
    rows.push(['KID', kid.mean.toFixed(6), detail])
  }
  if (manifold) {
    const detail = `${manifold.neighbours} neighbours, ${of(manifold.images.toReversed())}`
    for (const value of ['precision', 'recall', 'density', 'coverage'] as const) {
      rows.push([value, manifold[value].toFixed(4), detail])
    }
  }
  if (cmmd) rows.push(['CMMD', cmmd.distance.toFixed(4), of(cmmd.images)])
  print(sets.map((set) => set.name).join('  against  '))
  const values = alignColumns(rows.map(([label, value]) => [label, value]))
  for (const [i, line] of values.entries()) print(`${line}  ${rows[i][2]}`)
  if (frechet) for (const { message } of warningsOf(frechet, infinity)) log(`warning: ${message}`)
}
