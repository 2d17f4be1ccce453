import { type Command, Option } from 'commander'
import { extractFeatures, type ImageSource } from '../features/extraction.js'
import { convertModel } from '../models/convert-model.js'
import { type Model, requireRole } from '../models/model.js'
import {
  differenceOnMadeInputs,
  type PrecisionDifference,
  precisionDifference,
} from '../models/precision-difference.js'
import { ModelSession } from '../models/session.js'
import { HALF_TYPES, type HalfType } from '../onnx/half/half-operators.js'
import { PROGRAM } from '../program.js'
import { openTestSet } from '../test-sets/open-test-set.js'
import { jsonOption } from './options.js'
import { log, print, printJson } from './output.js'
import { outputFile } from './output-option.js'

const EXAMPLES = `
Inputs and outputs stay float32, and so do norms, softmax and reductions. float16 runs on CUDA, and on processors no faster
than float32; bfloat16 has products alone (Gemm, MatMul), so that it is for transformers, and runs on CUDA only.

Examples:
  $ vec2face-bench models convert models/vec2face.onnx --precision float16 --out models/vec2face-fp16.onnx
  $ vec2face-bench models convert r100.onnx --precision float16 --on lfw.bin --out r100-fp16.onnx`

/** Images of a test set that the difference is measured on. */
const IMAGES = 64

interface Flags {
  precision: HalfType
  out: string
  on?: string
  overwrite?: boolean
  json?: boolean
}

/** `models convert`: a network in half precision. */
export function registerModelsConvert(models: Command): void {
  models
    .command('convert')
    .argument('<model>', 'an ONNX file with a descriptor')
    .summary('write a network in half precision')
    .description(
      'Writes a network with weights and activations of 16 bits, and says how far its outputs lie from what they were.',
    )
    .addOption(
      new Option('--precision <type>', 'what it computes in').choices([...HALF_TYPES]).makeOptionMandatory(),
    )
    .addOption(outputFile('--out <file.onnx>', 'the ONNX file to write', ['.onnx']).makeOptionMandatory())
    .option('--on <test set>', `measure the difference on its first ${IMAGES} images (default: made inputs)`)
    .option('--overwrite', 'replace the files if they are there')
    .addOption(jsonOption())
    .addHelpText('after', EXAMPLES)
    .action(run)
}

async function run(model: string, { on, ...flags }: Flags): Promise<void> {
  log(`Reading ${model} ..`)
  const result = await convertModel({
    ...flags,
    model,
    producer: PROGRAM,
    compare(before, after) {
      log(`Comparing its outputs with those of ${model} on ${on ?? 'made inputs'} ..`)
      return on === undefined ? differenceOnMadeInputs(before, after) : differenceOn(on, before, after)
    },
  })
  const { difference, nodes, kept, bytes } = result
  const comparedOn = on ?? 'made inputs'
  const leftOut = difference.leftOut === undefined ? '' : `; ${difference.leftOut} more would have taken long`
  if (flags.json === true) {
    printJson({ ...result, comparedOn })
    return
  }
  print(result.onnx)
  if (result.data !== undefined) print(result.data)
  print(result.descriptorPath)
  print(`  precision   ${flags.precision}: ${nodes.half} of ${nodes.all} operators`)
  if (kept.length > 0) print(`  float32     ${kept.join(', ')}`)
  print(`  bytes       ${bytes.after.toLocaleString('en')} (${bytes.before.toLocaleString('en')} before)`)
  if (result.clipped > 0) print(`  clipped     ${result.clipped} weights beyond 65504`)
  print(
    `  difference  ${difference.largest.toExponential(1)} of the largest output at most, ${difference.rms.toExponential(1)} in the mean (${difference.rows} ${difference.rows === 1 ? 'row' : 'rows'}, ${comparedOn}${leftOut})`,
  )
  print(
    `  cosine      ${difference.cosine.mean.toFixed(6)} in the mean, ${difference.cosine.least.toFixed(6)} at least`,
  )
  if (result.imitated)
    log(
      `This processor has no operators of ${flags.precision}: the difference is that of float32 rounded as they would; the file itself did not run here.`,
    )
}

/** The difference of two models' features of photographs. */
async function differenceOn(path: string, before: Model, after: Model): Promise<PrecisionDifference> {
  const set = await openTestSet(path)
  try {
    const images: ImageSource = {
      name: set.name,
      fingerprint: set.fingerprint,
      imageCount: Math.min(IMAGES, set.imageCount),
      imageName: (index) => set.imageName(index),
      read: (index) => set.read(index),
    }
    const features = async (model: Model) => {
      const session = await ModelSession.open(requireRole(model, 'recogniser', 'features', 'quality', 'pose'))
      try {
        return await extractFeatures(session, images, { mirrored: false })
      } finally {
        await session.close()
      }
    }
    const { plain, size } = await features(before)
    return precisionDifference(plain, (await features(after)).plain, size, after.path)
  } finally {
    await set.close()
  }
}
