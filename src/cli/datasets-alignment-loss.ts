import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { forgetTemporary, temporaryFolderBeside } from '../bytes/temporary.js'
import { demoFile } from '../demo/demo-files.js'
import { InputError } from '../errors.js'
import type { Limits } from '../evaluate/score-interval.js'
import { loadModel, requireRole } from '../models/model.js'
import { distinctIds } from '../run/distinct-ids.js'
import { alignmentLoss } from './alignment-loss.js'
import { addDemoPeopleOptions, type DemoPeopleFlags } from './demo-people-options.js'
import { loadDetector } from './detector.js'
import { collect } from './options.js'
import { alignColumns, print, printBold, printJson } from './output.js'
import { terminalProgress } from './progress-bar.js'

interface LossFlags extends DemoPeopleFlags {
  readonly detector: string
  readonly model?: string[]
}

const DEMO_RECOGNISERS = ['demo-recogniser-a', 'demo-recogniser-b']

const EXAMPLES = `
Example:
  $ vec2face-bench datasets alignment-loss --detector yunet.onnx`

/** Adds `datasets alignment-loss`. */
export function registerDatasetsAlignmentLoss(datasets: Command): void {
  const command = datasets
    .command('alignment-loss')
    .summary('measure what a detector costs in accuracy, on rendered photographs')
    .description(
      'Renders photographs of people who do not exist, aligns them by their true landmarks and by a detector, and verifies recognisers on both. Nothing is kept.',
    )
    .requiredOption('--detector <file>', 'a detector of faces with five landmarks (ONNX)')
    .option('--model <file>', "a recogniser, repeatable (default: the demo's two)", collect)
  addDemoPeopleOptions(command).addHelpText('after', EXAMPLES).action(run)
}

async function run({ detector, model, people, images, seed, json, quiet }: LossFlags): Promise<void> {
  const paths = model ?? DEMO_RECOGNISERS.map(demoNetwork)
  const loaded = await Promise.all(
    paths.map(async (path) => requireRole(await loadModel(path), 'recogniser')),
  )
  const ids = distinctIds(loaded.map(({ descriptor: { name } }, i) => ({ name, path: paths[i] })))
  const recognisers = loaded.map((value, i) => ({ id: ids[i], value }))
  const network = await loadDetector(detector)
  const folder = await temporaryFolderBeside(join(tmpdir(), 'vec2face-bench-loss'))
  try {
    const progress = terminalProgress(quiet)
    const loss = await alignmentLoss(folder, network, recognisers, { people, images, seed, progress })
    if (json === true) {
      printJson({ detector, seed, ...loss })
      return
    }
    const share = (100 * loss.landmarkError).toFixed(1)
    print(
      `${loss.photographs} rendered photographs (${people} people, seed ${seed}), ${loss.pairs} pairs: a face is found in ${loss.found}, its landmarks ${share} % of the distance of the eyes off in the mean`,
    )
    const [head, ...lines] = alignColumns([
      ['accuracy %, aligned by', 'the true landmarks', 'the detector', 'difference'],
      ...loss.recognisers.map((each) => [
        each.recogniser,
        ...[each.true, each.found, each.difference].map(text),
      ]),
    ])
    printBold(head)
    for (const line of lines) print(line)
  } finally {
    await rm(folder, { recursive: true, force: true })
    forgetTemporary(folder)
  }
}

function demoNetwork(id: string): string {
  const path = demoFile(`${id}.yaml`)
  if (path !== undefined) return path
  throw new InputError(`the demo's recogniser ${id} is not there`, '', 'give --model FILE')
}

function text({ accuracy, low, high }: Limits & { readonly accuracy: number }): string {
  const percent = (share: number) => (100 * share).toFixed(2)
  return `${percent(accuracy)} (${percent(low)} to ${percent(high)})`
}
