import { join } from 'node:path'
import { alone } from '../../bytes/lock.js'
import { type GeneratorDescriptor, imageInputSchema } from '../../models/descriptor.js'
import { type Model, requireRole } from '../../models/model.js'
import type { RuntimeOptions } from '../../onnx/runtime.js'
import { type CurveLine, type CurvePoint, readCurve } from '../curve.js'
import { openRun, type RunDataset, runLock } from '../run-dataset.js'
import { lengthOf } from '../run-length.js'
import { RUN_FILES } from '../run-record.js'
import { runTraining } from '../training-run.js'
import { weightsNow, writeNetwork } from '../write-network.js'
import { readFreeVectors } from './free-vectors.js'
import { freshGenerator } from './generator-network.js'
import { type GeneratorSpecInput, generatorSpecSchema, withoutPaths } from './generator-spec.js'
import { arraysOfGenerator, beginGenerator, type GeneratorState } from './generator-state.js'
import { GeneratorSteps } from './generator-steps.js'
import { openLookingNetworks } from './looking-networks.js'
import { startedGenerator } from './started-generator.js'

export interface GeneratorTraining extends RunDataset {
  readonly spec: GeneratorSpecInput
  readonly session?: RuntimeOptions
}

export interface TrainedGenerator {
  readonly model: Model<GeneratorDescriptor>
  readonly images: number
  readonly identities: number
  /** SHA-256 of the dataset's records */
  readonly fingerprint: string
  readonly steps: number
  readonly curve: readonly CurvePoint[]
}

/**
 * Trains Vec2Face on a dataset (arXiv 2409.02979, section 3.2): a recogniser's features of the images are turned back into the
 * images, by the losses of the spec. Writes the generator as ONNX with its descriptor, which all else uses like any other.
 * Killed at any moment, the same call goes on from its last checkpoint and ends with the same weights. All that is random comes
 * from the spec's seed.
 *
 * @throws InputError where the dataset, the spec, a network or a run that is gone on with doesn't fit, or the training diverges
 *
 * @example
 * const { model } = await trainGenerator({
 *   dataset: 'webface4m',
 *   spec: { recogniser: 'r100.onnx', perceptual: { network: 'vgg16.onnx', maps: ['relu1_2', 'relu2_2'] }, epochs: 100 },
 *   out: 'vec2face.onnx',
 * })
 */
export async function trainGenerator(training: GeneratorTraining): Promise<TrainedGenerator> {
  return alone(runLock(training), training.out, () => train(training))
}

async function train(training: GeneratorTraining): Promise<TrainedGenerator> {
  const { dataset, out, session = {}, progress, log = () => {} } = training
  const spec = generatorSpecSchema.parse(training.spec)
  const looking = await openLookingNetworks(spec)
  const free = spec.free && (await readFreeVectors(spec.free.vectors, looking.recogniser.size))
  const start = spec.network.file === undefined ? undefined : await startedGenerator(spec.network.file)
  const state = beginGenerator(spec, start ?? freshGenerator(spec, looking.recogniser.size))
  const files = {
    ...looking.files,
    ...(free && { 'file of free vectors': free.sha256 }),
    ...(start && { 'generator that was trained on': start.sha256 }),
  }
  const { folder, images, fingerprint } = await openRun(training, withoutPaths(spec), files)
  const length = lengthOf(spec, images.labels.length, dataset)
  log(
    `${numbers(state)} to train, ${length.steps} steps of ${spec.batch} images, ${length.stepsPerEpoch} an epoch`,
  )
  const { augmentation, batch, seed } = spec
  await runTraining({
    spec,
    length,
    folder,
    arrays: arraysOfGenerator(state),
    batches: {
      index: images,
      // The range and order of channels that Vec2Face draws in.
      input: imageInputSchema.parse({ name: 'real' }),
      augmentation,
      batch,
      seed,
    },
    open: async () => new GeneratorSteps({ spec, state, looking, length, free: free?.vectors, session }),
    progress,
  })
  const curve = await readCurve(join(folder, RUN_FILES.curve))
  const now = weightsNow(state.network.weights, state.average ?? state.generator.values())
  const model = await writeNetwork(out, state.network.build(now, out), {
    source: 'vec2face-bench train generator',
    trainedOn: `${images.labels.length} images of ${images.identities} identities, SHA-256 of the records ${fingerprint}`,
    note: `${start === undefined ? '' : `from the generator of SHA-256 ${start.sha256}, `}${length.steps} steps of ${batch} images, losses ${Object.keys(spec.losses).join(', ')}, recogniser ${looking.recogniser.name} (SHA-256 ${looking.files.recogniser}), seed ${seed}`,
    demo: training.demo ?? (looking.demo || (start?.demo ?? false)),
    licence: training.licence ?? 'unknown',
  })
  return {
    model: requireRole(model, 'generator'),
    images: images.labels.length,
    identities: images.identities,
    fingerprint,
    steps: length.steps,
    curve: curve.filter((line: CurveLine): line is CurvePoint => !('testSet' in line)),
  }
}

function numbers({ generator, discriminator }: GeneratorState): string {
  const show = (count: number) => count.toLocaleString('en-US')
  const judged =
    discriminator === undefined ? '' : ` and ${show(discriminator.parameters.size)} of the discriminator`
  return `${show(generator.size)} numbers of the generator${judged}`
}
