import { type Command, InvalidArgumentError, Option } from 'commander'
import { InputError } from '../errors.js'
import { importCheckpoint } from '../models/import.js'
import { ARCHITECTURE_NAMES, ARCHITECTURES } from '../networks/catalogue.js'
import { PROGRAM } from '../program.js'
import { addImportOptions } from './import-options.js'
import { log, print, printJson, titledList } from './output.js'
import { outputFile } from './output-option.js'

const EXAMPLES = `
Architectures:
${titledList(ARCHITECTURE_NAMES.map((name) => [name, ARCHITECTURES[name].title]))}

Examples:
  $ vec2face-bench models import weights/vec2face_generator.pth --out models/vec2face.onnx
  $ vec2face-bench models import weights/magface-r100-glint360k.pth --role quality --out models/magface-r100.onnx
  $ vec2face-bench models import fr_weights/hsface10k.pth --as iresnet --fp16 --out models/hsface10k.onnx`

interface Flags {
  out: string
  as?: string
  key?: string
  place?: string
  epsilon?: number
  heads?: { encoder: number; decoder: number }
  role?: 'recogniser' | 'quality'
  fp16?: boolean
  licence?: string
  overwrite?: boolean
  json?: boolean
}

/** `models import`: a checkpoint of PyTorch as ONNX, without Python. */
export function registerModelsImport(models: Command): void {
  const command = models
    .command('import')
    .argument('<checkpoint>', 'a .pth, .pt, .ckpt or .safetensors file')
    .summary('turn a checkpoint of PyTorch into ONNX, without Python')
    .description(
      'Turns a checkpoint of PyTorch into an ONNX file and its descriptor. Nothing in the checkpoint is run. The network is checked before the file is kept.',
    )
    .addOption(outputFile('--out <file.onnx>', 'the ONNX file to write', ['.onnx']).makeOptionMandatory())
    .addOption(
      new Option('--as <architecture>', 'the architecture (default: told from the keys)').choices(
        ARCHITECTURE_NAMES,
      ),
    )
    .option('--key <key>', "which network of the checkpoint, as in 'model_ema' or 'state_dict.student'")
    .addOption(new Option('--place <key>', 'the same as --key').hideHelp())
    .option('--heads <encoder,decoder>', 'attention heads of a generator of no official size', twoHeads)
    .addOption(
      new Option('--role <role>', 'what an iresnet is used for (default: recogniser)').choices([
        'recogniser',
        'quality',
      ]),
    )
    .option(
      '--epsilon <number>',
      "batch normalisation's, where it isn't the family's (MagFace: 2e-5)",
      positive,
    )
  addImportOptions(command).addHelpText('after', EXAMPLES).action(run)
}

function positive(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value < 1)) {
    throw new InvalidArgumentError('a number between 0 and 1 is needed, as in 2e-5.')
  }
  return value
}

function twoHeads(text: string): { encoder: number; decoder: number } {
  const [encoder, decoder, ...rest] = text.split(',').map(Number)
  if (rest.length > 0 || ![encoder, decoder].every((n) => Number.isInteger(n) && n > 0)) {
    throw new InvalidArgumentError('two whole numbers are needed, as in 12,16.')
  }
  return { encoder, decoder }
}

const MOST_LISTED = 8

function listed(items: readonly string[]): string {
  const more = items.length - MOST_LISTED
  return items.slice(0, MOST_LISTED).join(', ') + (more > 0 ? ` and ${more} more` : '')
}

async function run(checkpoint: string, flags: Flags): Promise<void> {
  if (flags.key !== undefined && flags.place !== undefined && flags.key !== flags.place) {
    throw new InputError('--key and --place name different networks', '--place', 'give --key alone')
  }
  log(`Reading ${checkpoint} ..`)
  const key = flags.key ?? flags.place
  const result = await importCheckpoint({ ...flags, key, checkpoint, producer: PROGRAM })
  if (flags.json === true) {
    printJson(result)
    return
  }
  const { architecture, descriptor, parameters, check } = result
  print(`${result.onnx}`)
  if (result.data !== undefined) print(`${result.data}`)
  print(`${result.descriptorPath}`)
  print(`  network     ${ARCHITECTURES[architecture].title}: ${descriptor.description}`)
  if (result.key !== '') print(`  taken from  ${result.key}`)
  for (const copy of result.averagedCopies) {
    print(`  not taken   ${copy}, an averaged copy (--key ${copy} takes it)`)
  }
  if (result.beside.length > 0) print(`  left out    ${listed(result.beside)}: no part of the network`)
  print(`  role        ${descriptor.role}`)
  print(`  parameters  ${parameters.toLocaleString('en')}`)
  print(
    `  checked     outputs ${check.range.map((value) => value.toPrecision(3)).join(' .. ')}; alone and in a batch they differ by ${check.batchDifference.toExponential(1)}`,
  )
  for (const said of result.assumed) print(`  assumed     ${said}`)
  if (result.unread.length > 0) {
    const objects = result.unread.map(({ place, name }) => `${place === '' ? '' : `${place}: `}${name}`)
    print(`  unread      ${listed(objects)}; nothing of it was run`)
  }
  if (descriptor.licence === 'unknown') log("The licence isn't in the file: write it into the descriptor.")
}
