import { type Command, InvalidArgumentError } from 'commander'
import { previewIdentities } from '../generate/preview.js'
import type { Provider } from '../models/session.js'
import { demoGenerator } from './generate-defaults.js'
import { jsonOption, providerOption, wholeNumber } from './options.js'
import { print, printJson } from './output.js'
import { outputFile } from './output-option.js'

interface PreviewFlags {
  readonly identities: string
  readonly count?: number
  readonly sigma: number[]
  readonly images: number
  readonly seed: number
  readonly model?: string
  readonly provider: Provider
  readonly out: string
  readonly json?: true
}

const EXAMPLES = `
Examples:
  $ vec2face-bench generate preview --identities 10k.npy --out sheet.png
  $ vec2face-bench generate preview --identities 10k.npy --count 12 --sigma 0,0.3,0.5,0.7,1 --images 2 --out sheet.png`

function parseSigmas(text: string): number[] {
  const sigmas = text.split(',').map(Number)
  if (text.trim() === '' || !sigmas.every((sigma) => sigma >= 0 && Number.isFinite(sigma)))
    throw new InvalidArgumentError('sigmas of 0 or above are needed, as in 0.3,0.5,0.7.')
  return sigmas
}

/** `generate preview`: what identities look like at several sigmas. */
export function registerGeneratePreview(generate: Command): void {
  generate
    .command('preview')
    .summary('draw a contact sheet of identities by sigmas')
    .description('Draws identities, one a row, at several strengths of perturbation as a PNG file.')
    .requiredOption('--identities <file.npy>', 'identity vectors, one a row')
    .addOption(outputFile('--out <file.png>', 'where the sheet goes', ['.png']).makeOptionMandatory())
    .option('--count <n>', 'the first n identities (default: 8)', wholeNumber(1, 1000))
    .option('--sigma <list>', 'columns; 0 shows the identity itself', parseSigmas, [0, 0.3, 0.5, 0.7])
    .option('--images <n>', 'images at each sigma', wholeNumber(1, 100), 2)
    .option('--seed <n>', 'what all random numbers come from', wholeNumber(0), 0)
    .option('--model <file>', 'a generator: ONNX file or descriptor (default: the demo generator)')
    .addOption(providerOption())
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(async ({ identities, count, sigma, images, seed, model, provider, out, json }: PreviewFlags) => {
      const generator = model ?? demoGenerator()
      await previewIdentities(
        {
          generator,
          identities,
          ...(count === undefined ? {} : { count }),
          sigmas: sigma,
          imagesPerSigma: images,
          seed,
          provider,
        },
        out,
      )
      if (json === true) printJson({ file: out })
      else print(out)
    })
}
