import { join } from 'node:path'
import { type ImageModelDescriptor, imageInputSchema } from '../../models/descriptor.js'
import { type Model, requireRole } from '../../models/model.js'
import type { RuntimeOptions } from '../../onnx/runtime.js'
import { arraysOfParameters } from '../arrays.js'
import { type CurveLine, type CurvePoint, readCurve } from '../curve.js'
import { optimiserOf } from '../optimisers/list.js'
import { Parameters } from '../parameters.js'
import { openRun, type RunDataset } from '../run-dataset.js'
import { lengthOf } from '../run-length.js'
import { RUN_FILES } from '../run-record.js'
import { runTraining } from '../training-run.js'
import { weightsNow, writeNetwork } from '../write-network.js'
import { finishedNetwork, fixedWeights, freshAttributeWeights } from './attribute-network.js'
import { AttributeSteps } from './attribute-steps.js'
import { AttributeTable } from './attribute-table.js'
import { type AttributesSpecInput, attributesSpecSchema } from './attributes-spec.js'

export interface AttributesTraining extends RunDataset {
  readonly spec: AttributesSpecInput
  /** a table with a row for each image, in the dataset's order, and the names of its columns in the first line */
  readonly table: string
  readonly session?: RuntimeOptions
}

export interface TrainedAttributes {
  readonly model: Model<ImageModelDescriptor>
  readonly images: number
  /** SHA-256 of the dataset's records */
  readonly fingerprint: string
  /** what it was taught by */
  readonly columns: readonly string[]
  readonly steps: number
  readonly curve: readonly CurvePoint[]
}

/**
 * Trains a network that tells pose, quality or other attributes of images, or features that hold them, by a table of what is
 * known of each image. Writes it as ONNX with the descriptor of its role. Killed at any moment, the same call goes on from
 * its last checkpoint and ends with the same weights.
 *
 * @throws InputError where the dataset, the table, the spec or a run that is gone on with doesn't fit, or the training diverges
 *
 * @example
 * const { model } = await trainAttributes({
 *   dataset: 'faces.lmdb',
 *   table: 'faces.lmdb.csv',
 *   spec: { role: 'pose', network: { architecture: 'demonet', depth: 'b' }, steps: 4000 },
 *   out: 'pose.onnx',
 * })
 */
export async function trainAttributes(training: AttributesTraining): Promise<TrainedAttributes> {
  const { dataset, out, session = {}, progress, log = () => {} } = training
  const spec = attributesSpecSchema.parse(training.spec)
  const table = await AttributeTable.read(training.table, log)
  const files = { 'table of attributes': table.sha256 }
  const { folder, images, fingerprint } = await openRun(training, spec, files)
  const wanted = table.wanted(spec, images)
  const weights = freshAttributeWeights(spec, wanted.columns.length)
  const parameters = new Parameters(weights, optimiserOf(spec.optimiser).kept, fixedWeights(spec))
  const length = lengthOf(spec, images.labels.length, dataset)
  const { batch, seed, role } = spec
  log(
    `${parameters.size.toLocaleString('en-US')} numbers to train, ${length.steps} steps of ${batch} images, ${length.stepsPerEpoch} an epoch; taught by ${wanted.columns.join(', ')}`,
  )
  const { input } = finishedNetwork(spec, weights, out).description
  await runTraining({
    spec,
    length,
    folder,
    arrays: arraysOfParameters(parameters),
    // Images go in as they are: a face that is mirrored or warped has another pose than its row says.
    batches: { index: images, input: imageInputSchema.parse(input), augmentation: {}, batch, seed },
    open: () => AttributeSteps.open({ spec, weights, parameters, wanted, length, session }),
    progress,
  })
  const curve = await readCurve(join(folder, RUN_FILES.curve))
  const now = weightsNow(weights, parameters.values())
  const model = await writeNetwork(out, finishedNetwork(spec, now, out), {
    source: 'vec2face-bench train attributes',
    trainedOn: `${images.labels.length} images, SHA-256 of the records ${fingerprint}, and ${wanted.columns.length} columns of a table, SHA-256 ${table.sha256}`,
    note: `${length.steps} steps of ${batch} images, optimiser ${spec.optimiser.kind}, seed ${seed}`,
    demo: training.demo ?? false,
    licence: training.licence ?? 'unknown',
  })
  return {
    model: requireRole(model, role),
    images: images.labels.length,
    fingerprint,
    columns: wanted.columns,
    steps: length.steps,
    curve: curve.filter((line: CurveLine): line is CurvePoint => !('testSet' in line)),
  }
}
