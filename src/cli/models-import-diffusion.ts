import { dirname, join } from 'node:path'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { SCHEDULERS } from '../diffusion/list.js'
import { importDiffusion } from '../models/diffusion/import-diffusion.js'
import { PROGRAM } from '../program.js'
import { addImportOptions } from './import-options.js'
import { wholeNumber } from './options.js'
import { log, print, printJson, titledList } from './output.js'
import { outputFile } from './output-option.js'

const EXAMPLES = `
Schedulers:
${titledList(
  SCHEDULERS.map(({ id, title, usual }) => [
    id,
    `${title}; ${usual.steps} steps and guidance ${usual.guidance} by default`,
  ]),
)}

Examples:
  $ vec2face-bench models import-diffusion Arc2Face --base stable-diffusion-v1-5 --lora pytorch_lora_weights.safetensors --out models/arc2face.onnx
  $ vec2face-bench models import-diffusion Arc2Face --base stable-diffusion-v1-5 --scheduler dpm-solver --steps 25 --fp16 --out models/arc2face-25.onnx`

interface Flags {
  base?: string
  lora?: string
  loraScale?: number
  scheduler?: string
  steps?: number
  guidance?: number
  featureSize?: number
  out: string
  fp16?: boolean
  licence?: string
  overwrite?: boolean
  json?: boolean
}

/** `models import-diffusion`: Arc2Face, or another latent diffusion model in diffusers' layout, as ONNX. */
export function registerModelsImportDiffusion(models: Command): void {
  const command = models
    .command('import-diffusion')
    .argument(
      '<folder>',
      "a folder in diffusers' layout: arc2face/ or unet/, encoder/ or text_encoder/, vae/",
    )
    .summary('turn Arc2Face, or a model like it, into a generator')
    .description(
      "Turns a latent diffusion model in diffusers' layout, Arc2Face for example, into three ONNX networks and the descriptor of a generator. Nothing in the files is run.",
    )
    .option('--base <folder>', "Stable Diffusion 1.5's folder, for vae/, tokenizer/ and scheduler/")
    .option('--lora <file>', 'a LoRA of the UNet, LCM-LoRA for example, which is added to its weights')
    .option('--lora-scale <number>', 'what the LoRA is multiplied by (default: 1)', someNumber)
    .addOption(
      new Option(
        '--scheduler <name>',
        'the way from noise to an image (default: lcm with a LoRA, else dpm-solver)',
      ).choices(SCHEDULERS.map(({ id }) => id)),
    )
    .option('--steps <count>', "calls of the UNet an image (default: the scheduler's)", wholeNumber(1, 1000))
    .option('--guidance <number>', "1 turns it off (default: the scheduler's)", someNumber)
    .option('--feature-size <count>', 'numbers of an identity vector (default: 512)', wholeNumber(1))
    .addOption(
      outputFile('--out <file.onnx>', "the UNet's file; the others lie beside it", [
        '.onnx',
      ]).makeOptionMandatory(),
    )
  addImportOptions(command).addHelpText('after', EXAMPLES).action(run)
}

function someNumber(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value))
    throw new InvalidArgumentError('a number is needed, as in 1.5.')
  return value
}

async function run(folder: string, flags: Flags): Promise<void> {
  log(`Reading ${folder} ..`)
  const result = await importDiffusion({ ...flags, folder, producer: PROGRAM })
  if (flags.json === true) {
    printJson(result)
    return
  }
  for (const file of result.files) print(join(dirname(flags.out), file))
  const { encoder, denoiser, decoder } = result.parameters
  print(`  generator   ${result.descriptor.description}`)
  print(
    `  parameters  ${[encoder, denoiser, decoder].map((count) => count.toLocaleString('en')).join(' + ')} (encoder, UNet, decoder)`,
  )
  if (result.lora !== undefined) {
    const { layers, ranks } = result.lora
    print(`  LoRA        ${layers} layers changed, rank ${ranks.join(', ')}`)
  }
  for (const said of result.assumed) print(`  assumed     ${said}`)
  if (result.descriptor.licence === 'unknown')
    log("The licence isn't in the files: write it into the descriptor.")
}
