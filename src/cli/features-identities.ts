import type { Command } from 'commander'
import { encodeNpyHeader } from '../arrays/npy.js'
import { writeDurably } from '../bytes/files.js'
import { openDataset } from '../datasets/open-dataset.js'
import { identityFeatures } from '../features/identity-features.js'
import { loadModel, requireRole } from '../models/model.js'
import { ModelSession } from '../models/session.js'
import { datasetOptions, leftOutJson, logLeftOut } from './dataset-options.js'
import { addPassOptions, type PassFlags } from './dataset-pass.js'
import { interruptedRunGoesOn } from './interruption.js'
import { print, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

const EXAMPLES = `
Examples:
  The identity features of a training set in any form, one row an identity:
    $ vec2face-bench features identities faces_webface_112x112/train.rec --model r100.onnx --out webface.npy
  What to do with them:
    $ vec2face-bench metrics separability webface.npy
    $ vec2face-bench generate identities --from webface.npy --count 10k --seed 1 --out vectors.npy`

/** `features identities`. */
export function registerFeaturesIdentities(features: Command): void {
  addPassOptions(features.command('identities'), 'a recogniser', 'an identity')
    .summary('the mean feature of each identity')
    .description(
      "Computes each identity's feature: the mean of its images' features. An interrupted run goes on where it stopped.",
    )
    .addHelpText('after', EXAMPLES)
    .action(identities)
}

async function identities(path: string, flags: PassFlags): Promise<void> {
  const model = requireRole(await loadModel(flags.model), 'recogniser')
  const session = await ModelSession.open(model, {
    provider: flags.provider,
    ...(flags.threads !== undefined && { threads: flags.threads }),
  })
  const options = datasetOptions(flags)
  const dataset = await openDataset(path, options)
  interruptedRunGoesOn()
  try {
    const { features, images, unreadable } = await identityFeatures(session, dataset, {
      progress: terminalProgress(flags.quiet),
      skipUnreadable: options.skipUnreadable,
      ...(flags.batch !== undefined && { batch: flags.batch }),
      checkpoint: {
        path: `${flags.out}.partial`,
        key: JSON.stringify([model.sha256, model.descriptor, path]),
      },
    })
    const { rows, columns, data } = features
    const numbers = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    await writeDurably(flags.out, [encodeNpyHeader('<f4', [rows, columns]), numbers])
    const leftOut = { passedOver: dataset.passedOver, unreadable }
    logLeftOut(path, leftOut)
    const total = images.reduce((sum, count) => sum + count, 0)
    if (flags.json === true)
      printJson({
        file: flags.out,
        identities: rows,
        images: total,
        model: model.sha256,
        ...leftOutJson(leftOut),
      })
    else print(`${flags.out}: ${rows} identity features of ${total} images`)
  } finally {
    await session.close()
    await dataset.close()
  }
}
