import type { Matrix } from '../../arrays/matrix.js'
import { InputError } from '../../errors.js'
import { Runtime, type RuntimeOptions, runtimeTensor } from '../../onnx/runtime.js'
import type { BatchMasks } from './attrop.js'
import { filledRows } from './batch-rows.js'
import { type AttropModels, featuresOfVectors, PORTS } from './loss-graph.js'

/** The features that rows should keep. */
export interface TargetFeatures {
  readonly from: 'given' | 'the vectors' | "the features of the vectors' images"
  rows(first: number, count: number): Promise<Matrix<Float32Array>>
  close(): Promise<void>
}

/**
 * Where the features to keep come from: they are given; or a vector is itself the feature, as in the authors' code; or,
 * where the recogniser's features have another width, they are those of the image that the vector makes before it is moved.
 * @throws InputError where those given don't fit
 */
export async function targetFeatures(
  models: AttropModels,
  { vectors, targets }: { readonly vectors: Matrix<Float32Array>; readonly targets?: Matrix<Float32Array> },
  masksOf: (first: number, rows: number) => (step: number | undefined) => BatchMasks,
  batch: number,
  options: RuntimeOptions,
): Promise<TargetFeatures> {
  const { name, output } = models.recogniser.descriptor
  const given = targets ?? (vectors.columns === output.size ? vectors : undefined)
  if (given === undefined) return imageFeatures(models, vectors, masksOf, batch, options)
  if (given.rows !== vectors.rows || given.columns !== output.size)
    throw new InputError(
      `the features to keep are [${given.rows}, ${given.columns}], ${vectors.rows} vectors and a recogniser of ${output.size} numbers need [${vectors.rows}, ${output.size}]`,
      name,
      'extract them with this recogniser, one row a vector',
    )
  const { columns, data } = given
  return {
    from: targets === undefined ? 'the vectors' : 'given',
    rows: async (first, count) => ({
      rows: count,
      columns,
      data: data.subarray(first * columns, (first + count) * columns),
    }),
    close: async () => {},
  }
}

async function imageFeatures(
  models: AttropModels,
  vectors: Matrix<Float32Array>,
  masksOf: (first: number, rows: number) => (step: number | undefined) => BatchMasks,
  batch: number,
  options: RuntimeOptions,
): Promise<TargetFeatures> {
  const runtime = await Runtime.open(featuresOfVectors(models, batch), options)
  const { input } = models.generator.descriptor
  const { size: columns } = models.recogniser.descriptor.output
  return {
    from: "the features of the vectors' images",
    rows: async (first, count) => {
      const { dropped, masked } = masksOf(first, count)(undefined)
      const shape = [batch, input.masks?.tokens ?? 0]
      const outputs = await runtime.run({
        [PORTS.vector]: runtimeTensor('float32', filledRows(vectors, first, count, batch), [
          batch,
          input.size,
        ]),
        ...(input.masks !== undefined && {
          [PORTS.dropped]: runtimeTensor('bool', dropped, shape),
          [PORTS.masked]: runtimeTensor('bool', masked, shape),
        }),
      })
      const data = (outputs[PORTS.feature].data as Float32Array).subarray(0, count * columns)
      return { rows: count, columns, data }
    },
    close: () => runtime.close(),
  }
}
