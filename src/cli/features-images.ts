import type { Command } from 'commander'
import { openDataset } from '../datasets/open-dataset.js'
import { writeImageFeatures } from '../features/image-features.js'
import { loadModel, requireRole } from '../models/model.js'
import { ModelSession } from '../models/session.js'
import { datasetOptions, leftOutJson, logLeftOut } from './dataset-options.js'
import { addPassOptions, type PassFlags } from './dataset-pass.js'
import { interruptedRunGoesOn } from './interruption.js'
import { print, printJson } from './output.js'
import { outputFile } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface Flags extends PassFlags {
  readonly labels?: string
}

const EXAMPLES = `
Example, to find what a synthetic set took from a real one:
    $ vec2face-bench features images hsface10k --model r100.onnx --out images.npy --labels labels.npy
    $ vec2face-bench features identities webface.rec --model r100.onnx --out webface.npy
    $ vec2face-bench metrics leakage images.npy webface.npy`

/** Adds `features images`. */
export function registerFeaturesImages(features: Command): void {
  addPassOptions(
    features.command('images'),
    'a recogniser, or another network that takes an image',
    'an image',
  )
    .summary('the feature of each image')
    .description(
      "Computes the feature of every image, in the dataset's order. An interrupted run goes on where it stopped.",
    )
    .addOption(outputFile('--labels <file.npy>', 'also write the identity of each image: int32', ['.npy']))
    .addHelpText('after', EXAMPLES)
    .action(images)
}

async function images(path: string, flags: Flags): Promise<void> {
  const { threads, batch, labels, out } = flags
  const model = requireRole(await loadModel(flags.model), 'recogniser', 'features', 'quality', 'pose')
  const options = datasetOptions(flags)
  const session = await ModelSession.open(model, { provider: flags.provider, ...(threads && { threads }) })
  const dataset = await openDataset(path, options)
  interruptedRunGoesOn()
  try {
    const { images: total, unreadable } = await writeImageFeatures(session, dataset, out, {
      skipUnreadable: options.skipUnreadable,
      progress: terminalProgress(flags.quiet),
      ...(batch && { batch }),
      ...(labels !== undefined && { labels }),
    })
    const leftOut = { passedOver: dataset.passedOver, unreadable }
    logLeftOut(path, leftOut)
    const { size } = model.descriptor.output
    if (flags.json === true)
      printJson({ file: out, images: total, size, model: model.sha256, ...leftOutJson(leftOut) })
    else print(`${out}: ${total} features of ${size} numbers`)
  } finally {
    await session.close()
    await dataset.close()
  }
}
