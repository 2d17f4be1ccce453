import { type Command, InvalidArgumentError, Option } from 'commander'
import { importCheckpoint } from '../models/import.js'
import { ARCHITECTURE_NAMES, ARCHITECTURES } from '../networks/catalogue.js'
import { PROGRAM } from '../program.js'
import { jsonOption } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile } from './output-option.js'

const EXAMPLES = `
Architectures:
${ARCHITECTURE_NAMES.map((name) => `  ${name.padEnd(12)}${ARCHITECTURES[name].title}`).join('\n')}

Examples:
  $ vec2face-bench models import weights/vec2face_generator.pth --out models/vec2face.onnx
  $ vec2face-bench models import weights/magface-r100-glint360k.pth --role quality --out models/magface-r100.onnx
  $ vec2face-bench models import fr_weights/hsface10k.pth --as iresnet --fp16 --out models/hsface10k.onnx`

interface Flags {
  out: string
  as?: string
  place?: string
  heads?: { encoder: number; decoder: number }
  role?: 'recogniser' | 'quality'
  fp16?: boolean
  licence?: string
  overwrite?: boolean
  json?: boolean
}

/** `models import`: a checkpoint of PyTorch as ONNX, without Python. */
export function registerModelsImport(models: Command): void {
  models
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
    .option('--place <key>', "where the weights stand in the checkpoint, as in 'model_ema'")
    .option('--heads <encoder,decoder>', 'attention heads of a generator of no official size', twoHeads)
    .addOption(
      new Option('--role <role>', 'what an iresnet is used for (default: recogniser)').choices([
        'recogniser',
        'quality',
      ]),
    )
    .option('--fp16', 'half precision, for graphics processors')
    .option('--licence <name>', "the weights' licence, for the descriptor")
    .option('--overwrite', 'replace the files if they are there')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

function twoHeads(text: string): { encoder: number; decoder: number } {
  const [encoder, decoder, ...rest] = text.split(',').map(Number)
  if (rest.length > 0 || ![encoder, decoder].every((n) => Number.isInteger(n) && n > 0)) {
    throw new InvalidArgumentError('two whole numbers are needed, as in 12,16.')
  }
  return { encoder, decoder }
}

async function run(checkpoint: string, flags: Flags): Promise<void> {
  log(`Reading ${checkpoint} ..`)
  const result = await importCheckpoint({ ...flags, checkpoint, producer: PROGRAM })
  if (flags.json === true) {
    printJson(result)
    return
  }
  const { architecture, descriptor, parameters, check } = result
  print(`${result.onnx}`)
  if (result.data !== undefined) print(`${result.data}`)
  print(`${result.descriptorPath}`)
  print(`  network     ${ARCHITECTURES[architecture].title}: ${descriptor.description}`)
  print(`  role        ${descriptor.role}`)
  print(`  parameters  ${parameters.toLocaleString('en')}`)
  print(
    `  checked     outputs ${check.range.map((value) => value.toPrecision(3)).join(' .. ')}; alone and in a batch they differ by ${check.batchDifference.toExponential(1)}`,
  )
  if (descriptor.licence === 'unknown') log("The licence isn't in the file: write it into the descriptor.")
}
