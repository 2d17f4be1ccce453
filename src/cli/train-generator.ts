import type { Command } from 'commander'
import type { Provider } from '../models/session.js'
import { DISCRIMINATORS } from '../networks/discriminators/index.js'
import { readGeneratorSpec } from '../training/generator/generator-spec.js'
import { LOSSES } from '../training/generator/losses/list.js'
import { type TrainedGenerator, trainGenerator } from '../training/generator/train-generator.js'
import { addDatasetOptions, type DatasetFlags } from './dataset-options.js'
import { interruptedRunGoesOn } from './interruption.js'
import { jsonOption, providerOption, quietOption, sessionOf, threadsOption } from './options.js'
import { alignColumns, log, print, printJson } from './output.js'
import { outputFile, outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'
import { writeTrainingResults } from './training-results.js'

interface Flags extends DatasetFlags {
  spec: string
  out: string
  run?: string
  licence?: string
  demo?: boolean
  provider: Provider
  threads?: number
  json?: boolean
  quiet?: boolean
}

const listed = (list: Readonly<Record<string, { readonly title: string }>>): string =>
  alignColumns(
    Object.entries(list).map(([name, { title }]) => [`  ${name}`, title]),
    2,
  ).join('\n')

const EXAMPLES = `
Losses (losses.NAME):
${listed(LOSSES)}

Discriminators (discriminator.architecture):
${listed(DISCRIMINATORS)}

Examples:
  $ vec2face-bench train generator webface4m.lmdb --spec benchmarks/training/demo-generator.yaml --out vec2face.onnx
  $ vec2face-bench generate dataset --identities 10k.npy --model vec2face.onnx --out hsface10k

Killed at any moment, the same command goes on from its last checkpoint and ends with the same weights. The run's
checkpoint, curve (curve.jsonl) and results.json, which 'report' draws, are in OUT.training. docs/training-generators.md
explains the spec.`

/** `train generator`: a dataset and a recogniser become a generator. */
export function registerTrainGenerator(train: Command): void {
  const command = train
    .command('generator')
    .argument('<dataset>', 'a dataset of any form: a folder, train.rec, an LMDB, .tar files')
    .summary('train Vec2Face on a dataset')
    .description("Trains Vec2Face to turn a recogniser's features back into faces, and writes it as ONNX.")
    .requiredOption('--spec <file.yaml>', 'network, recogniser, losses, discriminator, optimisers, length')
    .addOption(outputFile('--out <file.onnx>', 'the generator', ['.onnx']).makeOptionMandatory())
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
  const spec = await readGeneratorSpec(flags.spec)
  const { out, run: folder, licence, demo, skipUnreadable, imageField } = flags
  const started = new Date()
  const session = sessionOf(flags)
  interruptedRunGoesOn()
  const trained = await trainGenerator({
    dataset,
    spec,
    out,
    ...(folder !== undefined && { folder }),
    ...(skipUnreadable !== undefined && { skipUnreadable }),
    ...(imageField !== undefined && { imageField }),
    ...(licence !== undefined && { licence }),
    ...(demo !== undefined && { demo }),
    session,
    progress: terminalProgress(flags.quiet),
    log,
  })
  const { model, curve: lines } = trained
  const told = { what: 'generator', model, spec, dataset, lines }
  await writeTrainingResults({ ...told, started, session, folder: folder ?? `${out}.training` })
  report(trained, flags)
}

function report({ model, curve, ...trained }: TrainedGenerator, { json }: Flags): void {
  if (json === true) {
    printJson({ onnx: model.path, sha256: model.sha256, ...trained, curve })
    return
  }
  print(model.path)
  const last = curve.at(-1)
  if (last === undefined) return
  const { step: _, epoch: __, rate: ___, ...losses } = last
  print(
    Object.entries(losses)
      .map(([name, value]) => `${name} ${value.toFixed(4)}`)
      .join(', '),
  )
}
