import type { Command } from 'commander'
import { DISCRIMINATORS } from '../networks/discriminators/index.js'
import { readGeneratorSpec } from '../training/generator/generator-spec.js'
import { LOSSES } from '../training/generator/losses/list.js'
import { trainGenerator } from '../training/generator/train-generator.js'
import { print, titledList } from './output.js'
import { addTraining, beginTraining, printTrained, type TrainingFlags } from './training-options.js'

const listed = (list: Readonly<Record<string, { readonly title: string }>>): string =>
  titledList(Object.entries(list).map(([name, { title }]) => [name, title]))

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
  addTraining<TrainingFlags>(train, {
    name: 'generator',
    summary: 'train Vec2Face on a dataset',
    description: "Trains Vec2Face to turn a recogniser's features back into faces, and writes it as ONNX.",
    spec: 'network, recogniser, losses, discriminator, optimisers, length',
    what: 'the generator',
    demo: ': the descriptor says so',
    examples: EXAMPLES,
    run,
  })
}

async function run(dataset: string, flags: TrainingFlags): Promise<void> {
  const spec = await readGeneratorSpec(flags.spec)
  const { request, finish } = beginTraining(flags)
  const trained = await trainGenerator({ dataset, spec, ...request })
  const { model, curve } = trained
  await finish({ what: 'generator', model, spec, dataset, lines: curve })
  printTrained(trained, flags.json)
  const last = curve.at(-1)
  if (last === undefined || flags.json === true) return
  const { step: _, epoch: __, rate: ___, ...losses } = last
  print(
    Object.entries(losses)
      .map(([name, value]) => `${name} ${value.toFixed(4)}`)
      .join(', '),
  )
}
