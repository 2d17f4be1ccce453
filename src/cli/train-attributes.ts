import type { Command } from 'commander'
import type { Provider } from '../models/session.js'
import { readAttributesSpec } from '../training/attributes/attributes-spec.js'
import { type TrainedAttributes, trainAttributes } from '../training/attributes/train-attributes.js'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import { interruptedRunGoesOn } from './interruption.js'
import { jsonOption, providerOption, quietOption, sessionOf, threadsOption } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile, outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'
import { writeTrainingResults } from './training-results.js'

interface Flags extends DatasetFlags {
  spec: string
  table: string
  out: string
  run?: string
  licence?: string
  demo?: boolean
  provider: Provider
  threads?: number
  json?: boolean
  quiet?: boolean
}

const EXAMPLES = `
Examples:
  $ vec2face-bench train attributes faces --table faces.csv --spec benchmarks/training/demo-pose.yaml --demo --out pose.onnx
  $ vec2face-bench generate attrop --pose pose.onnx ...

The table has a row for each image, in the dataset's order; its first line names the columns. Killed at any moment, the same
command goes on from its last checkpoint and ends with the same weights. The run's checkpoint, curve (curve.jsonl) and
results.json, which 'report' draws, are in OUT.training. docs/training-attributes.md explains the spec.`

/** `train attributes`: images and a table of what is known of them become a pose, quality or features network. */
export function registerTrainAttributes(train: Command): void {
  const command = train
    .command('attributes')
    .argument('<dataset>', 'a dataset of any form: a folder, train.rec, an LMDB, .tar files')
    .summary('train a pose, quality or features network on images with a table')
    .description('Trains a network by a table of what is known of each image and writes it as ONNX.')
    .requiredOption('--spec <file.yaml>', 'role, columns, network, optimiser, length')
    .requiredOption('--table <file.csv>', 'what is known of each image, a row each')
    .addOption(outputFile('--out <file.onnx>', 'the network', ['.onnx']).makeOptionMandatory())
    .addOption(outputFolder('--run <folder>', 'checkpoint and curve (default: OUT.training)'))
    .option('--licence <name>', "the weights' licence, for the descriptor")
    .option('--demo', 'the dataset is of the demo world: the descriptor says so')
  addDatasetOptions(command)
    .addOption(providerOption())
    .addOption(threadsOption())
    .addOption(jsonOption())
    .addOption(quietOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(dataset: string, flags: Flags): Promise<void> {
  const spec = await readAttributesSpec(flags.spec)
  const { table, out, run: folder, licence, demo, skipUnreadable, imageField } = flags
  const started = new Date()
  const session = sessionOf(flags)
  interruptedRunGoesOn()
  const trained = await trainAttributes({
    ...{ dataset, table, spec, out, session, log },
    ...(folder !== undefined && { folder }),
    ...(skipUnreadable !== undefined && { skipUnreadable }),
    ...(imageField !== undefined && { imageField }),
    ...(licence !== undefined && { licence }),
    ...(demo !== undefined && { demo }),
    progress: terminalProgress(flags.quiet),
  })
  const { model, curve: lines } = trained
  const told = { what: `network for ${spec.role}`, model, spec, dataset, lines }
  await writeTrainingResults({ ...told, started, session, folder: folder ?? `${out}.training` })
  report(trained, flags)
}

function report({ model, curve, ...trained }: TrainedAttributes, { json }: Flags): void {
  if (json === true) {
    printJson({ onnx: model.path, sha256: model.sha256, ...trained, curve })
    return
  }
  print(model.path)
  const last = curve.at(-1)
  if (last !== undefined) print(`loss ${last.loss.toFixed(4)}, mean error ${last.error.toFixed(4)}`)
}
