import type { Command } from 'commander'
import { beforeAll, expect, it } from 'vitest'
import { createProgram } from '../../src/cli/commands.js'
import { DATASET_FORMATS, datasetFormat } from '../../src/datasets/formats.js'
import { SCHEDULERS } from '../../src/diffusion/list.js'
import { MEASURES } from '../../src/measures/list.js'
import { ARCHITECTURE_NAMES, ARCHITECTURES } from '../../src/networks/catalogue.js'
import { TEST_SET_FORMATS } from '../../src/test-sets/formats.js'
import { AUGMENTATIONS } from '../../src/training/augmentation/list.js'
import { LOSSES } from '../../src/training/losses/list.js'
import { OPTIMISERS } from '../../src/training/optimisers/list.js'
import { SCHEDULES } from '../../src/training/schedules/list.js'
import { helpOf } from './help.js'

let program: Command
beforeAll(async () => {
  program = await createProgram()
})

const titles = (list: readonly { readonly title: string }[]): string[] => list.map(({ title }) => title)

/** What a room's list holds, and the help that must tell of each without being written for it. */
it.each<[string, readonly string[], readonly string[]]>([
  ['forms of test sets', ['datasets', 'inspect'], TEST_SET_FORMATS.map(({ hint }) => hint)],
  ['forms of datasets', ['datasets', 'convert'], DATASET_FORMATS.map((id) => datasetFormat(id).hint)],
  ['architectures', ['models', 'import'], ARCHITECTURE_NAMES.map((name) => ARCHITECTURES[name].title)],
  ['schedulers', ['models', 'import-diffusion'], titles(SCHEDULERS)],
  ['losses', ['train', 'recogniser'], titles(LOSSES)],
  ['optimisers', ['train', 'recogniser'], titles(OPTIMISERS)],
  ['schedules', ['train', 'recogniser'], titles(SCHEDULES)],
  ['augmentations', ['train', 'recogniser'], titles(AUGMENTATIONS)],
  ['measurements', ['metrics'], MEASURES.map(({ summary }) => summary)],
])('%s: help of %s has them all', (_, words, told) => {
  const help = helpOf(program, ...words)
  expect(told.filter((one) => !help.includes(one))).toEqual([])
})
