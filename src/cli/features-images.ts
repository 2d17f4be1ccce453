import { rm } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { encodeNpy, NpyRowWriter } from '../datasets/npy.js'
import { openDataset } from '../datasets/open-dataset.js'
import { datasetFeatures, imageCountOf } from '../features/dataset-features.js'
import { moveDurably, writeDurably } from '../files.js'
import { loadModel, requireRole } from '../models/model.js'
import { ModelSession, type Provider } from '../models/session.js'
import { jsonOption, providerOption, threadsOption, wholeNumber } from './options.js'
import { print, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

interface Flags {
  model: string
  out: string
  labels?: string
  provider: Provider
  threads?: number
  batch?: number
  json?: boolean
  quiet?: boolean
}

const EXAMPLES = `
Example, to find what a synthetic set took from a real one:
    $ vec2face-bench features images hsface10k --model r100.onnx --out images.npy --labels labels.npy
    $ vec2face-bench features identities webface.rec --model r100.onnx --out webface.npy
    $ vec2face-bench metrics leakage images.npy webface.npy`

/** Adds `features images`. */
export function registerFeaturesImages(features: Command): void {
  features
    .command('images')
    .argument('<dataset>', 'image folders, WebDataset, RecordIO or LMDB')
    .summary('the feature of each image')
    .description(
      "Computes the feature of every image, in the dataset's order. Memory does not grow with the images.",
    )
    .requiredOption('--model <file>', 'a recogniser, or another network that takes an image')
    .requiredOption('--out <file.npy>', 'float32, one row an image')
    .option('--labels <file.npy>', 'also write the identity of each image: int32')
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(new Option('--batch <n>', 'images a call').argParser(wholeNumber(1, 4096)))
    .addOption(jsonOption())
    .option('--quiet', 'no progress')
    .addHelpText('after', EXAMPLES)
    .action(images)
}

async function images(path: string, flags: Flags): Promise<void> {
  const { threads, batch, out } = flags
  const model = requireRole(await loadModel(flags.model), 'recogniser', 'features', 'quality', 'pose')
  const session = await ModelSession.open(model, { provider: flags.provider, ...(threads && { threads }) })
  const dataset = await openDataset(path)
  const progress = terminalProgress(flags.quiet)
  const partial = `${out}.partial`
  try {
    const total = await imageCountOf(dataset)
    const labels = new Int32Array(total)
    const { size } = model.descriptor.output
    const writer = await NpyRowWriter.create(partial, size)
    progress.start(`${model.descriptor.name} on ${path}`, total, 'images')
    let done = 0
    try {
      const range = { start: 0, end: total }
      for await (const rows of datasetFeatures(session, dataset, range, { ...(batch && { batch }) })) {
        await writer.append(rows.features)
        labels.set(rows.identities, done)
        done += rows.identities.length
        progress.update(done)
      }
    } finally {
      await writer.close()
    }
    await moveDurably(partial, out)
    if (flags.labels !== undefined) {
      await writeDurably(flags.labels, encodeNpy({ type: '<i4', shape: [total], data: labels }))
    }
    progress.stop()
    if (flags.json === true) printJson({ file: out, images: total, size, model: model.sha256 })
    else print(`${out}: ${total} features of ${size} numbers`)
  } finally {
    progress.stop()
    await rm(partial, { force: true })
    await session.close()
    await dataset.close()
  }
}
