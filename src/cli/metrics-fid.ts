import { type Command, Option } from 'commander'
import { writeDurably } from '../bytes/files.js'
import { InputError } from '../errors.js'
import type { FeatureSet } from '../features/feature-set.js'
import { encodeFeatureStatistics } from '../features/feature-statistics.js'
import { readOnce } from '../features/read-once.js'
import type { Measure } from '../measures/measure.js'
import type { ImageModelDescriptor } from '../models/descriptor.js'
import type { ModelSession, Provider } from '../models/session.js'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import { addDistanceFlags, askedDistances, readAhead, takeFrechet } from './fid-distances.js'
import { type FidReport, type FoundDistance, printFidJson, printFidReport } from './fid-report.js'
import { openFeatureModel, openFidSet } from './fid-sets.js'
import { interruptedRunGoesOn } from './interruption.js'
import { measureHelp } from './measure-help.js'
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
  addDistanceFlags(command)
  command.addOption(
    new Option('--seed <n>', 'what all random numbers come from').argParser(wholeNumber(0)).default(0),
  )
  addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(batchOption())
    .addOption(cacheOption())
    .option('--no-cache', 'compute every feature anew')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', `${EXAMPLES}\n${measureHelp(measure)}`)
    .action(fidCommand)
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

async function measured(given: readonly FeatureSet[], flags: FidFlags, name: string): Promise<FidReport> {
  const asked = askedDistances(flags)
  const sets = given.map(readOnce)
  await readAhead(sets, asked)
  const statistics = []
  for (const set of sets) statistics.push(await set.statistics())
  for (const [i, path] of (flags.saveStats ?? []).entries()) {
    await writeDurably(path, encodeFeatureStatistics(statistics[i]))
  }
  if (sets.length === 1) return { name, distances: [] }
  const [own, other] = sets
  const frechet = await takeFrechet(own, other, flags, flags.seed)
  const distances: FoundDistance[] = []
  for (const { id, distance, options } of asked)
    distances.push({ id, ...(await distance.compare(own, other, options, flags.seed)) })
  return { name, frechet, distances }
}
