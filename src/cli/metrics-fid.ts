import { type Command, Option } from 'commander'
import type { Matrix } from '../arrays/matrix.js'
import { writeDurably } from '../bytes/files.js'
import { InputError } from '../errors.js'
import type { FeatureSet } from '../features/feature-set.js'
import { encodeFeatureStatistics } from '../features/feature-statistics.js'
import { type FeatureStatistics, featureStatistics } from '../linear-algebra/streaming-moments.js'
import type { Measure } from '../measures/measure.js'
import { cmmd } from '../metrics/cmmd.js'
import { fidInfinity } from '../metrics/fid-infinity.js'
import { frechetDistance } from '../metrics/frechet.js'
import { kernelInceptionDistance } from '../metrics/kernel-inception.js'
import { precisionRecallDensityCoverage } from '../metrics/precision-recall-density-coverage.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession, Provider } from '../models/session.js'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import { type FidReport, printFidJson, printFidReport } from './fid-report.js'
import { openFeatureModel, openFidSet } from './fid-sets.js'
import { interruptedRunGoesOn } from './interruption.js'
import {
  batchOption,
  cacheOption,
  jsonOption,
  providerOption,
  quietOption,
  threadsOption,
  wholeNumber,
} from './options.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface FidFlags extends DatasetFlags {
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

const EXAMPLES = `
The first set is the generated one, the second the real one. Files are told by their content: features are .npy,
.npz (of several arrays in it one is named, FILE.npz:NAME) or a table (CSV)
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
export function registerMetricsFid(metrics: Command, measure: Measure): void {
  const command = metrics
    .command(measure.command)
    .summary(measure.summary)
    .description(
      'Measures how far a generated set is from a real one: the Frechet distance (FID), and beside it KID, precision, recall, density, coverage, FID at infinitely many images, and CMMD.',
    )
    .argument('[sets...]', 'images (with --model), or files of features or statistics')
    .option('--features <files...>', 'features, one row an image: .npy, .npz or a table (CSV)')
    .option('--stats <files...>', 'statistics: .npz with mu and sigma')
    .option('--model <file>', 'ONNX file or descriptor of the feature model, for images')
    .addOption(
      outputFile('--save-stats <files...>', "write the sets' statistics, one .npz a set, in their order", [
        '.npz',
      ]),
    )
    .option('--kid', 'kernel inception distance')
    .addOption(count('--subsets <n>', 'subsets of KID', 2, 100))
    .addOption(count('--subset-size <n>', 'images of a subset', 2, 1000))
    .option('--prdc', 'precision, recall, density, coverage')
    .addOption(count('--neighbours <k>', 'nearest neighbour that sets a radius', 1, 5))
    .option('--infinity', 'the distance extrapolated to infinitely many images of the first set')
    .addOption(count('--points <n>', 'distances that are extrapolated from', 3, 15))
    .option('--cmmd', 'CMMD: give features of a CLIP image model')
    .addOption(count('--seed <n>', 'seed of the subsets', 0, 0))
  addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(batchOption())
    .addOption(cacheOption())
    .option('--no-cache', 'compute every feature anew')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(fidCommand)
}

function count(flags: string, description: string, min: number, byDefault: number): Option {
  return new Option(flags, description).argParser(wholeNumber(min)).default(byDefault)
}

async function fidCommand(paths: readonly string[], flags: FidFlags): Promise<void> {
  const files = [...(flags.features ?? []), ...(flags.stats ?? [])]
  const progress = terminalProgress(flags.quiet === true)
  const { provider, threads } = flags
  const session =
    flags.model === undefined
      ? undefined
      : await openFeatureModel(flags.model, { provider, ...(threads !== undefined && { threads }) })
  if (session !== undefined && flags.cache !== false) interruptedRunGoesOn()
  try {
    const sets: FeatureSet[] = []
    for (const path of [...paths, ...files]) sets.push(await openFidSet(path, session, flags, progress))
    requireSetCount(sets, flags)
    const report = await measure(sets, flags, distanceName(session))
    if (flags.json === true) printFidJson(report, sets)
    else printFidReport(report, sets)
  } finally {
    await session?.close()
  }
}

function distanceName(session: ModelSession<ImageModelDescriptor> | undefined): string {
  const descriptor = session?.model.descriptor
  return descriptor?.role === 'features' ? descriptor.distanceName : DISTANCE_NAME
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

interface Measured {
  readonly name: string
  readonly statistics: FeatureStatistics
  /** where values of each image are needed */
  readonly features?: Matrix
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
