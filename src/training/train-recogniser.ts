import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { alone } from '../bytes/lock.js'
import { imageInputSchema, type RecogniserDescriptor } from '../models/descriptor.js'
import { type Model, requireRole } from '../models/model.js'
import type { RuntimeOptions } from '../onnx/runtime.js'
import { type CurveLine, type CurvePoint, readCurve, type VerificationPoint } from './curve.js'
import { type RecogniserSpec, type RecogniserSpecInput, recogniserSpecSchema } from './recogniser-spec.js'
import { arraysOf, beginState, freshWeights, type RecogniserState } from './recogniser-state.js'
import { RecogniserSteps } from './recogniser-steps.js'
import { openRun, type RunDataset, runLock } from './run-dataset.js'
import { lengthOf } from './run-length.js'
import { RUN_FILES } from './run-record.js'
import { imagesOfIdentities, requireIdentities, type TrainingImages } from './training-images.js'
import { runTraining } from './training-run.js'
import { buildNetwork } from './training-step.js'
import { type NamedTestSet, verifyOn } from './verification.js'
import { weightsNow, writeNetwork } from './write-network.js'

export interface RecogniserTraining extends RunDataset {
  readonly spec: RecogniserSpecInput
  /** verified at the steps that the spec asks for, and at the end */
  readonly testSets?: readonly NamedTestSet[]
  readonly session?: RuntimeOptions
}

export interface TrainedRecogniser {
  readonly model: Model<RecogniserDescriptor>
  readonly images: number
  readonly identities: number
  /** SHA-256 of the dataset's records */
  readonly fingerprint: string
  readonly steps: number
  readonly curve: readonly CurvePoint[]
  readonly verifications: readonly VerificationPoint[]
}

/**
 * Trains a recogniser on a dataset and writes it as ONNX with its descriptor, which all else uses like any other. Killed at
 * any moment, the same call goes on from its last checkpoint and ends with the same weights. All that is random comes from the
 * spec's seed.
 *
 * @throws InputError where the dataset, the spec or a run that is gone on with doesn't fit, or the training diverges
 *
 * @example
 * const { model, curve } = await trainRecogniser({
 *   dataset: 'hsface10k',
 *   spec: { network: { architecture: 'iresnet', depth: '50' }, epochs: 26 },
 *   out: 'r50.onnx',
 * })
 */
export async function trainRecogniser(training: RecogniserTraining): Promise<TrainedRecogniser> {
  return alone(runLock(training), training.out, () => train(training))
}

async function train(training: RecogniserTraining): Promise<TrainedRecogniser> {
  const { out, testSets = [], session = {}, progress, log = () => {} } = training
  const spec = recogniserSpecSchema.parse(training.spec)
  const { folder, images, fingerprint } = await openRun(training, spec)
  requireIdentities(images, training.dataset)
  const { labels, identities } = images
  describeIdentities(images, log)
  const weights = freshWeights(spec)
  const state = beginState(spec, weights, identities)
  const length = lengthOf(spec, labels.length, training.dataset)
  const card = cardOf(training, images, fingerprint, length.steps, spec)
  const write = async (path: string, note: string) => {
    const now = weightsNow(weights, state.parameters.values())
    return requireRole(
      await writeNetwork(path, buildNetwork(spec, now, path), { ...card, note }),
      'recogniser',
    )
  }
  log(
    `${numbers(state)} to train, ${length.steps} steps of ${spec.batch} images, ${length.stepsPerEpoch} an epoch`,
  )
  const { verifyEvery, augmentation, batch, seed } = spec
  const verified = async (step: number) => {
    const isDue = step === length.steps || (verifyEvery !== undefined && step % verifyEvery === 0)
    if (!isDue || testSets.length === 0) return []
    const path = join(folder, 'verified.onnx')
    const points = await verifyOn(await write(path, `step ${step}`), testSets, step, session)
    await rm(path)
    await rm(join(folder, 'verified.yaml'))
    for (const { testSet, verification } of points)
      log(`step ${step}: ${testSet} ${(100 * verification).toFixed(2)} %`)
    return points
  }
  const input = imageInputSchema.parse(buildNetwork(spec, weights, out).description.input)
  await runTraining({
    spec,
    length,
    folder,
    arrays: arraysOf(state),
    batches: { index: images, input, augmentation, batch, seed },
    open: () => RecogniserSteps.open(spec, state, length, session),
    look: verified,
    progress,
  })
  const lines = await readCurve(join(folder, RUN_FILES.curve))
  const isVerification = (line: CurveLine): line is VerificationPoint => 'testSet' in line
  const verifications = lines.filter(isVerification)
  const curve = lines.filter((line): line is CurvePoint => !isVerification(line))
  const model = await write(out, card.note)
  return { model, images: labels.length, identities, fingerprint, steps: length.steps, curve, verifications }
}

function describeIdentities(images: TrainingImages, log: (line: string) => void): void {
  const alone = imagesOfIdentities(images).reduce((count, each) => count + (each === 1 ? 1 : 0), 0)
  if (alone > 0)
    log(
      `warning: ${alone} of ${images.identities} identities have one image, which shows nothing of what stays the same`,
    )
}

function numbers({ parameters, centres }: RecogniserState): string {
  const show = (count: number) => count.toLocaleString('en-US')
  return `${show(parameters.size)} numbers of the network and ${show(centres.values.length)} of ${show(centres.count)} classes`
}

function cardOf(
  { demo = false, licence = 'unknown' }: RecogniserTraining,
  { labels, identities }: TrainingImages,
  fingerprint: string,
  steps: number,
  spec: RecogniserSpec,
) {
  return {
    source: 'vec2face-bench train recogniser',
    demo,
    licence,
    trainedOn: `${labels.length} images of ${identities} identities, SHA-256 of the records ${fingerprint}`,
    note: `${steps} steps of ${spec.batch} images, loss ${spec.loss.kind}, optimiser ${spec.optimiser.kind}, seed ${spec.seed}`,
  }
}
