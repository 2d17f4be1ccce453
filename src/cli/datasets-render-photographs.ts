import { readdir } from 'node:fs/promises'
import { type Command, Option } from 'commander'
import { writeDemoPhotographs } from '../demo/write-photographs.js'
import { InputError } from '../errors.js'
import { jsonOption, quietOption, wholeNumber } from './options.js'
import { print, printJson } from './output.js'
import { outputFolder } from './output-option.js'
import { terminalProgress } from './progress-bar.js'

interface RenderFlags {
  readonly out: string
  readonly people: number
  readonly images: number
  readonly seed: number
  readonly json?: boolean
  readonly quiet?: boolean
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
  datasets
    .command('render-photographs')
    .summary('render photographs of people who do not exist, as LFW is published')
    .description(
      'Renders photographs of people of the demo world (several faces, backgrounds, turned, of several sizes), with a list of pairs and the true landmarks.',
    )
    .addOption(outputFolder('--out <folder>', 'an empty folder').makeOptionMandatory())
    .addOption(new Option('--people <n>', 'people').argParser(wholeNumber(20, 10_000)).default(60))
    .addOption(new Option('--images <n>', 'photographs of each').argParser(wholeNumber(2, 9999)).default(3))
    .addOption(new Option('--seed <n>', 'seed').argParser(wholeNumber(0)).default(1))
    .addOption(jsonOption())
    .addOption(quietOption())
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
