import type { Command } from 'commander'
import { readAttributesSpec } from '../training/attributes/attributes-spec.js'
import { trainAttributes } from '../training/attributes/train-attributes.js'
import { print } from './output.js'
import { addTraining, beginTraining, printTrained, type TrainingFlags } from './training-options.js'

interface Flags extends TrainingFlags {
  readonly table: string
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
  addTraining<Flags>(train, {
    name: 'attributes',
    summary: 'train a pose, quality or features network on images with a table',
    description: 'Trains a network by a table of what is known of each image and writes it as ONNX.',
    spec: 'role, columns, network, optimiser, length',
    what: 'the network',
    demo: ': the descriptor says so',
    examples: EXAMPLES,
    own: (command) => command.requiredOption('--table <file.csv>', 'what is known of each image, a row each'),
    run,
  })
}

async function run(dataset: string, flags: Flags): Promise<void> {
  const spec = await readAttributesSpec(flags.spec)
  const { request, finish } = beginTraining(flags)
  const trained = await trainAttributes({ dataset, table: flags.table, spec, ...request })
  const { model, curve } = trained
  await finish({ what: `network for ${spec.role}`, model, spec, dataset, lines: curve })
  printTrained(trained, flags.json)
  const last = curve.at(-1)
  if (last !== undefined && flags.json !== true)
    print(`loss ${last.loss.toFixed(4)}, mean error ${last.error.toFixed(4)}`)
}
