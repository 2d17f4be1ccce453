import { availableParallelism } from 'node:os'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { DATASET_FORMATS, type DatasetFormat } from '../datasets/formats.js'
import { alignCountsText } from '../generate/align/align-counts.js'
import { countsText } from '../generate/attrop/outcome-counts.js'
import {
  type DatasetRequest,
  generateDataset,
  generateShard,
  mergeShards,
} from '../generate/generate-dataset.js'
import type { Manifest } from '../generate/manifest.js'
import { parseScale } from '../generate/scales.js'
import { parseShard } from '../generate/shards.js'
import { parseSigmaMix } from '../generate/sigma-mix.js'
import type { Provider } from '../models/session.js'
import { addDatasetAlignOptions, alignRequestOf, type DatasetAlignFlags } from './dataset-align-options.js'
import {
  addDatasetAttropOptions,
  attropRequestOf,
  type DatasetAttropFlags,
} from './dataset-attrop-options.js'
import { loadDetector } from './detector.js'
import { demoGenerator } from './generate-defaults.js'
import { interruptedRunGoesOn } from './interruption.js'
import {
  batchOption,
  devicesOption,
  jsonOption,
  providerOption,
  quietOption,
  threadsOption,
  wholeNumber,
} from './options.js'
import { log, print, printJson } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

/** The flags that say what a dataset is made of. */
export interface RequestFlags extends DatasetAttropFlags, DatasetAlignFlags {
  readonly identities: string
  readonly count?: string
  readonly images: number
  readonly sigma: string
  readonly seed: number
  readonly model?: string
  readonly quality?: number
  readonly provider: Provider
  readonly batch?: number
}

interface DatasetFlags extends RequestFlags {
  readonly format: DatasetFormat[]
  readonly out: string
  readonly shard?: string
  readonly threads?: number
  readonly devices?: number[]
  readonly keepParts?: true
  readonly json?: true
  readonly quiet?: true
}

interface MergeFlags {
  readonly format: DatasetFormat[]
  readonly out: string
  readonly keepParts?: true
  readonly json?: true
  readonly quiet?: true
}

const DATASET_EXAMPLES = `
Examples:
  $ vec2face-bench generate dataset --identities 10k.npy --images 50 --sigma 0.3:0.4,0.5:0.4,0.7:0.2 --seed 1 \\
      --format folder,lmdb --out hsface10k
  $ vec2face-bench generate dataset --identities 300k.npy --count 20k --model vec2face.onnx --out hsface20k
  $ vec2face-bench generate dataset --identities 10k.npy --model vec2face.onnx --attrop --attrop-recogniser r100.onnx \\
      --attrop-quality magface.onnx --quality-target 25 --attrop-pose 6drepnet.onnx --yaw 0..60 --out turned10k
  $ vec2face-bench generate dataset --identities 10k.npy --model arc2face.onnx --sigma 0 --detector yunet.onnx --out arc2face
  $ vec2face-bench generate dataset --identities 300k.npy --model vec2face.onnx --provider cuda --devices 0,1 --out hsface300k
  $ vec2face-bench generate dataset --identities 300k.npy --shard $SLURM_ARRAY_TASK_ID/64 --out /shared/hsface300k

Killed at any moment, the same command goes on where it was and ends with the same bytes. With --shard i/n (i from
1 to n) only that share of the images is made; 'generate merge' puts the shares together.`

const MERGE_EXAMPLES = `
Examples:
  $ vec2face-bench generate merge /shared/hsface300k --format lmdb --out /shared/hsface300k
  $ vec2face-bench generate merge shard1 shard2 shard3 --format folder,recordio --out hsface10k`

/** Adds the flags that say what a dataset is made of. */
export function addRequestOptions(command: Command): Command {
  const plain = command
    .requiredOption(
      '--identities <file.npy>',
      "identity vectors, one a row ('generate identities' makes them)",
    )
    .option('--count <n>', 'the first n identities: a number, or 10k, 20k, 100k, 200k, 300k (default: all)')
    .option('--images <n>', 'images an identity', wholeNumber(1, 1_000_000), 50)
    .option('--sigma <mix>', 'sigma:share of the images, ..', '0.3:0.4,0.5:0.4,0.7:0.2')
    .option('--seed <n>', 'what all random numbers come from', wholeNumber(0), 0)
    .option('--model <file>', 'a generator: ONNX file or descriptor (default: the demo generator)')
    .option('--quality <n>', "JPEG quality (default: 75, as the authors' code)", wholeNumber(1, 100))
    .addOption(providerOption())
    .addOption(batchOption())
  return addDatasetAttropOptions(addDatasetAlignOptions(plain))
}

/** What the flags ask for. @throws InputError */
export function requestOf(flags: RequestFlags): DatasetRequest {
  const attrop = attropRequestOf(flags)
  const align = alignRequestOf(flags, attrop !== undefined)
  return {
    generator: flags.model ?? demoGenerator(),
    identities: flags.identities,
    ...(flags.count === undefined ? {} : { count: parseScale(flags.count, '--count') }),
    imagesPerIdentity: flags.images,
    sigmas: parseSigmaMix(flags.sigma, '--sigma'),
    seed: flags.seed,
    ...(flags.quality === undefined ? {} : { quality: flags.quality }),
    provider: flags.provider,
    ...(flags.batch !== undefined && { batch: flags.batch }),
    ...(attrop && { attrop }),
    ...(align && { align }),
  }
}

export const formatOption = (): Option =>
  new Option('--format <list>', `forms to write, of ${DATASET_FORMATS.join(', ')}`)
    .argParser(parseFormats)
    .default(['folder'], 'folder')

function parseFormats(text: string): DatasetFormat[] {
  const wanted = text.split(',').map((name) => name.trim())
  return wanted.map((name) => {
    const format = DATASET_FORMATS.find((known) => known === name)
    if (format === undefined)
      throw new InvalidArgumentError(`'${name}' is none of ${DATASET_FORMATS.join(', ')}.`)
    return format
  })
}

/** `generate dataset`. */
export function registerGenerateDataset(generate: Command): void {
  addRequestOptions(
    generate
      .command('dataset')
      .summary('make a dataset from identity vectors')
      .description('Makes images of identities and writes them as a dataset, with a manifest.'),
  )
    .addOption(formatOption())
    .addOption(
      outputFolder(
        '--out <folder>',
        'where the dataset goes; a run that was begun there goes on',
      ).makeOptionMandatory(),
    )
    .option('--shard <i/n>', 'make only this share of the images')
    .addOption(threadsOption())
    .addOption(devicesOption())
    .option('--keep-parts', 'keep the parts once the dataset is whole')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', DATASET_EXAMPLES)
    .action(runDataset)
}

/** `generate merge`. */
export function registerGenerateMerge(generate: Command): void {
  generate
    .command('merge')
    .argument('<folders...>', 'folders that shards were made into')
    .summary('put the shards of a dataset together')
    .description('Checks that the shards of a dataset are all there and whole, and puts them together.')
    .addOption(formatOption())
    .addOption(
      outputFolder(
        '--out <folder>',
        'where the dataset goes; it may be one of the folders',
      ).makeOptionMandatory(),
    )
    .option('--keep-parts', 'keep the parts once the dataset is whole')
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', MERGE_EXAMPLES)
    .action(runMerge)
}

async function runDataset(flags: DatasetFlags): Promise<void> {
  interruptedRunGoesOn()
  const request = requestOf(flags)
  if (request.align !== undefined) await loadDetector(request.align.detector)
  const options = {
    threads: flags.threads ?? availableParallelism(),
    ...(flags.devices && { devices: flags.devices }),
    progress: terminalProgress(flags.quiet),
  }
  if (flags.shard === undefined) {
    const { format: formats, keepParts = false } = flags
    report(await generateDataset(request, flags.out, { ...options, formats, keepParts }), flags)
    return
  }
  const shard = parseShard(flags.shard, '--shard')
  const { parts } = await generateShard(request, flags.out, shard, options)
  if (flags.json === true) printJson({ ...shard, parts, folder: flags.out })
  else print(`${flags.out}: shard ${shard.shard}/${shard.of} is done, ${parts} parts`)
}

async function runMerge(folders: string[], flags: MergeFlags): Promise<void> {
  const { format: formats, keepParts = false } = flags
  report(
    await mergeShards(folders, flags.out, { formats, keepParts, progress: terminalProgress(flags.quiet) }),
    flags,
  )
}

/** Says what a finished dataset is. */
export function report(manifest: Manifest, { out, json }: { out: string; json?: true }): void {
  if (manifest.demo) log('demo data: a network was trained on rendered faces')
  if (json === true) {
    printJson(manifest)
    return
  }
  print(
    `${out}: ${manifest.identities} identities, ${manifest.images} images${manifest.demo ? ' (demo)' : ''}`,
  )
  for (const { format, path } of manifest.outputs) print(`${format}: ${out}/${path}`)
  print(`content sha256: ${manifest.content.sha256}`)
  if (manifest.attrop !== undefined) print(countsText(manifest.attrop))
  if (manifest.align !== undefined) print(alignCountsText(manifest.align))
}
