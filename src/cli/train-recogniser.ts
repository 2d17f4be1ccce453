import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Command, Option } from 'commander'
import { DEMO_TEST_SETS, makeDemoTestSet } from '../demo/index.js'
import { readManifest } from '../generate/manifest.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import { AUGMENTATIONS } from '../training/augmentation/list.js'
import { LOSSES } from '../training/losses/list.js'
import { OPTIMISERS } from '../training/optimisers/list.js'
import { readRecogniserSpec } from '../training/recogniser-spec.js'
import { SCHEDULES } from '../training/schedules/list.js'
import { type TrainedRecogniser, trainRecogniser } from '../training/train-recogniser.js'
import type { NamedTestSet } from '../training/verification.js'
import { cacheOption, collect, wholeNumber } from './options.js'
import { log, print, titledList } from './output.js'
import { terminalProgress } from './progress-bar.js'
import { addTraining, beginTraining, printTrained, type TrainingFlags } from './training-options.js'

interface Flags extends TrainingFlags {
  readonly pairs?: string[]
  readonly pairsPerFold?: number
  readonly cache: string
}

const listed = (list: readonly { id: string; title: string }[]): string =>
  titledList(list.map(({ id, title }) => [id, title]))

const EXAMPLES = `
Losses (loss.kind):
${listed(LOSSES)}

Optimisers (optimiser.kind):
${listed(OPTIMISERS)}

Schedules (schedule.kind):
${listed(SCHEDULES)}

Augmentation (augmentation.KIND):
${listed(AUGMENTATIONS)}

Examples:
  $ vec2face-bench train recogniser hsface10k --spec benchmarks/training/demo-recogniser.yaml --out r.onnx \\
      --pairs demo-lfw --pairs agedb_30.bin

Killed at any moment, the same command goes on from its last checkpoint and ends with the same weights. The run's
checkpoint, curve (curve.jsonl) and results.json, which 'report' draws, are in OUT.training. docs/training.md explains the spec.`

/** `train recogniser`: a dataset becomes a recogniser. */
export function registerTrainRecogniser(train: Command): void {
  addTraining<Flags>(train, {
    name: 'recogniser',
    summary: 'train a recogniser on a dataset',
    description: 'Trains a recogniser by a margin softmax and writes it as ONNX with its descriptor.',
    spec: 'network, loss, optimiser, schedule, augmentation, length',
    what: 'the recogniser',
    demo: ' (told by the manifest where it was generated here)',
    examples: EXAMPLES,
    own: addTestSets,
    run,
  })
}

const addTestSets = (command: Command): Command =>
  command
    .option(
      '--pairs <path>',
      `a test set to verify on: a path, or one of the demo (${DEMO_TEST_SETS[0]} ..); may be repeated`,
      collect,
    )
    .addOption(
      new Option('--pairs-per-fold <n>', 'pairs of each fold, of test sets of the demo').argParser(
        wholeNumber(2),
      ),
    )
    .addOption(cacheOption())

async function run(dataset: string, flags: Flags): Promise<void> {
  const spec = await readRecogniserSpec(flags.spec)
  const testSets = await openTestSets(flags)
  const { request, finish } = beginTraining(flags)
  try {
    const demo = flags.demo === true || (await isGeneratedByDemo(dataset))
    const trained = await trainRecogniser({ dataset, spec, ...request, demo, testSets })
    const { model, curve, verifications } = trained
    await finish({ what: 'recogniser', model, spec, dataset, lines: [...curve, ...verifications] })
    report(trained, flags)
  } finally {
    for (const { set } of testSets) await set.close()
  }
}

/** A dataset that a demo network made says so itself. */
async function isGeneratedByDemo(dataset: string): Promise<boolean> {
  const isFolder = (await stat(dataset).catch(() => undefined))?.isDirectory() === true
  const manifest = isFolder ? await readManifest(dataset) : undefined
  if (manifest?.demo === true) log(`${dataset}: demo data, which the descriptor will say`)
  return manifest?.demo === true
}

async function openTestSets({ pairs = [], pairsPerFold, cache, quiet }: Flags): Promise<NamedTestSet[]> {
  const opened: NamedTestSet[] = []
  for (const path of pairs) {
    const demo = DEMO_TEST_SETS.find((name) => name === path)
    const options = {
      cacheFolder: join(cache, 'demo'),
      pairsPerFold,
      progress: terminalProgress(quiet),
    }
    const set = await openTestSet(demo === undefined ? path : await makeDemoTestSet(demo, options), {
      note: log,
    })
    opened.push({ id: demo ?? set.name, set })
  }
  return opened
}

function report(trained: TrainedRecogniser, { json }: Flags): void {
  const { curve, verifications, steps } = trained
  printTrained(trained, json)
  if (json === true) return
  const last = curve.at(-1)
  if (last !== undefined)
    print(
      `loss ${last.loss.toFixed(4)}, ${(100 * last.accuracy).toFixed(2)} % of the images nearest to their class`,
    )
  for (const { testSet, verification, std } of verifications.filter(({ step }) => step === steps))
    print(`${testSet}: ${(100 * verification).toFixed(2)} +- ${(100 * std).toFixed(2)} %`)
}
