import { type Command, Option } from 'commander'
import { writeDurably } from '../bytes/files.js'
import { InputError } from '../errors.js'
import type { FeatureSet } from '../features/feature-set.js'
import { encodeFeatureStatistics } from '../features/feature-statistics.js'
import type { Measure } from '../measures/measure.js'
import { loadSet, setDistances, type WantedDistances } from '../measures/set-distances.js'
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
    const report = await measured(sets, flags, distanceName(session))
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

/** What the flags ask for beside the distance. */
function wantedBy(flags: FidFlags): WantedDistances {
  const { seed, subsets, subsetSize, neighbours, points } = flags
  return {
    seed,
    ...(flags.kid === true && { kid: { subsets, subsetSize } }),
    ...(flags.prdc === true && { prdc: { neighbours } }),
    ...(flags.infinity === true && { infinity: { points } }),
    ...(flags.cmmd === true && { cmmd: true }),
  }
}

async function measured(sets: readonly FeatureSet[], flags: FidFlags, name: string): Promise<FidReport> {
  const wanted = wantedBy(flags)
  const loaded = []
  for (const [i, set] of sets.entries())
    loaded.push(await loadSet(set, wanted, i === 0 ? 'generated' : 'real'))
  for (const [i, path] of (flags.saveStats ?? []).entries()) {
    await writeDurably(path, encodeFeatureStatistics(loaded[i].statistics))
  }
  if (loaded.length === 1) return { name }
  const distances = await setDistances(loaded[0], loaded[1], wanted)
  return { fid: distances.frechet.distance, name, ...distances }
}
