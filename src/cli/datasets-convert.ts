import { readdir, rename, rm } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { moveDurably } from '../bytes/files.js'
import { forgetTemporary, rememberTemporary, temporaryBeside } from '../bytes/temporary.js'
import { convertDataset } from '../datasets/convert-dataset.js'
import { DATASET_FORMATS, type DatasetFormat, datasetFormat } from '../datasets/formats.js'
import { asInputError, InputError } from '../errors.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import { PAIR_WRITERS } from '../test-sets/writers/list.js'
import type { PairWriter } from '../test-sets/writers/pair-writer.js'
import { addDatasetOptions, type DatasetFlags, logLeftOut, openFlaggedDataset } from './dataset-options.js'
import { jsonOption, quietOption } from './options.js'
import { log, print, printJson, titledList } from './output.js'
import { outputPath, prepareFile, prepareFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface ConvertFlags extends DatasetFlags {
  readonly to: string
  readonly images?: string
  readonly out: string
  readonly json?: boolean
  readonly quiet?: boolean
}

const EXAMPLES = `
Test sets (pairs) become:
${titledList(PAIR_WRITERS.map(({ id, hint }) => [id, hint]))}
Training datasets become:
${titledList(DATASET_FORMATS.map((id) => [id, datasetFormat(id).hint]))}

Encoded images are written as they are, byte for byte. What is written is there when it is whole; a conversion that
was killed begins anew, and ends with the same bytes.

Examples:
  $ vec2face-bench datasets convert pairs.txt --images lfw-112 --to bin --out lfw.bin
  $ vec2face-bench datasets convert hadrian.xz --to npy --out hadrian
  $ vec2face-bench datasets convert casia/train.rec --to webdataset --out casia-tar`

/** Adds `datasets convert`. */
export function registerDatasetsConvert(datasets: Command): void {
  const convert = datasets
    .command('convert')
    .summary('write a test set or a training dataset in another form')
    .description('Writes a test set or a training dataset in another form.')
    .argument('<path>', 'pairs in any form, or a training dataset in any form')
    .addOption(
      new Option('--to <form>', 'what is written')
        .choices([...PAIR_WRITERS.map(({ id }) => id), ...DATASET_FORMATS])
        .makeOptionMandatory(),
    )
    .option('--images <folder>', "of pairs: the folder that a list's paths begin in")
    .addOption(outputPath('--out <path>', 'the file or folder to write').makeOptionMandatory())
  addDatasetOptions(convert)
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(path: string, flags: ConvertFlags): Promise<void> {
  const pairs = PAIR_WRITERS.find(({ id }) => id === flags.to)
  const result =
    pairs === undefined
      ? await convertRecords(path, flags.to as DatasetFormat, flags)
      : await convertPairs(path, pairs, flags)
  if (flags.json === true) printJson({ out: flags.out, to: flags.to, ...result })
  else
    print(
      `${flags.out}: ${Object.entries(result)
        .map(([name, count]) => `${count} ${name}`)
        .join(', ')}`,
    )
}

async function convertPairs(path: string, writer: PairWriter, flags: ConvertFlags) {
  const set = await openTestSet(path, { images: flags.images, note: log })
  try {
    if (set.leftOut !== undefined)
      log(
        `${set.name}: ${set.leftOut.pairs} pairs are left out, since ${set.leftOut.images.length} photographs were when it was aligned`,
      )
    const progress = terminalProgress(flags.quiet)
    const name = basename(flags.out, writer.ending)
    await whole(flags.out, writer.ending, (partial) =>
      writer.write(set, partial, { name, progress, note: log }),
    )
    return { pairs: set.pairs.same.length, images: set.imageCount }
  } finally {
    await set.close()
  }
}

async function convertRecords(path: string, to: DatasetFormat, flags: ConvertFlags) {
  const dataset = await openFlaggedDataset(path, flags)
  try {
    const format = datasetFormat(to)
    const ending = format.outputName.includes('.') ? `.${format.outputName.split('.')[1]}` : undefined
    if (dataset.identityNames !== undefined)
      log(`${path}: names of identities become numbers, in natural order: ${nameSome(dataset.identityNames)}`)
    let written = { images: 0, identities: 0 }
    await whole(flags.out, ending, async (partial) => {
      written = await convertDataset(dataset, await format.create(partial), {
        progress: terminalProgress(flags.quiet),
        note: log,
        sortingFolder: await temporaryBeside(`${resolve(flags.out)}.sorting`),
      })
    })
    logLeftOut(path, dataset)
    return written
  } finally {
    await dataset.close()
  }
}

function nameSome(names: readonly string[]): string {
  const some = names.slice(0, 3).map((name, i) => `${name} is ${i}`)
  return `${some.join(', ')}${names.length > some.length ? ' ..' : ''}`
}

/**
 * Has something written beside its place and moves it there when it is whole. What a killed run left is removed.
 */
async function whole(
  out: string,
  ending: string | undefined,
  write: (path: string) => Promise<void>,
): Promise<void> {
  const path = resolve(out)
  if (ending !== undefined) await prepareFile(path, [ending])
  else await requireFree(path)
  const partial = await temporaryBeside(path)
  rememberTemporary(partial)
  try {
    await write(partial)
    if (ending === undefined) {
      await rm(path, { recursive: true, force: true })
      await rename(partial, path)
    } else await moveDurably(partial, path)
  } catch (error) {
    await rm(partial, { recursive: true, force: true }).catch(() => {})
    throw asInputError(error, out)
  } finally {
    forgetTemporary(partial)
  }
}

/** @throws InputError where a folder has something in it */
async function requireFree(path: string): Promise<void> {
  await prepareFolder(path)
  if ((await readdir(path)).length > 0)
    throw new InputError('the folder is not empty', path, 'choose another --out, or empty it')
}
