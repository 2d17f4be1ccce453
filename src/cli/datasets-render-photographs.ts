import { readdir } from 'node:fs/promises'
import type { Command } from 'commander'
import { writeDemoPhotographs } from '../demo/write-photographs.js'
import { InputError } from '../errors.js'
import { addDemoPeopleOptions, type DemoPeopleFlags } from './demo-people-options.js'
import { print, printJson } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface RenderFlags extends DemoPeopleFlags {
  readonly out: string
}

const EXAMPLES = `
The way from photographs to an accuracy, in the rendered world of the quickstart:
  $ vec2face-bench datasets render-photographs --out demo
  $ vec2face-bench datasets align demo/pairs.txt --images demo/images --detector yunet.onnx --out demo/found
  $ vec2face-bench datasets align demo/pairs.txt --images demo/images --landmarks demo/landmarks.csv --out demo/true
  $ vec2face-bench verify --model recogniser.onnx --pairs demo/pairs.txt --images demo/found

All of that, with what the detector costs:
  $ vec2face-bench datasets alignment-loss --detector yunet.onnx`

/** Adds `datasets render-photographs`. */
export function registerDatasetsRenderPhotographs(datasets: Command): void {
  const command = datasets
    .command('render-photographs')
    .summary('render photographs of people who do not exist, as LFW is published')
    .description(
      'Renders photographs of people of the demo world (several faces, backgrounds, turned, of several sizes), with a list of pairs and the true landmarks.',
    )
    .addOption(outputFolder('--out <folder>', 'an empty folder').makeOptionMandatory())
  addDemoPeopleOptions(command)
    .addHelpText('after', EXAMPLES)
    .action(async ({ out, people, images, seed, json, quiet }: RenderFlags) => {
      if ((await readdir(out)).length > 0)
        throw new InputError('the folder is not empty', out, 'choose another --out, or empty it')
      const written = await writeDemoPhotographs(
        out,
        { people, imagesEach: images, seed },
        terminalProgress(quiet),
      )
      if (json === true) printJson({ out, ...written })
      else print(`${out}: ${written.photographs} rendered photographs, ${written.pairs} pairs`)
    })
}
