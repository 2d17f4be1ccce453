/**
 * Training of recognisers, generators and networks for attributes on datasets, with checkpoints, curves and verification.
 *
 * @example
 * import { trainRecogniser } from 'vec2face-bench/training'
 *
 * const { model, curve } = await trainRecogniser({
 *   dataset: 'hsface10k',
 *   spec: { network: { architecture: 'iresnet', depth: '50' }, epochs: 26 },
 *   out: 'r50.onnx',
 * })
 * console.log(model.path, curve.at(-1)?.loss)
 *
 * @module
 */
export {
  type AttributesSpec,
  type AttributesSpecInput,
  attributesSpecSchema,
  readAttributesSpec,
} from './attributes/attributes-spec.js'
export {
  type AttributesTraining,
  type TrainedAttributes,
  trainAttributes,
} from './attributes/train-attributes.js'
export { type CurveLine, type CurvePoint, readCurve, type VerificationPoint } from './curve.js'
export {
  type GeneratorSpec,
  type GeneratorSpecInput,
  generatorSpecSchema,
  readGeneratorSpec,
} from './generator/generator-spec.js'
export {
  type GeneratorTraining,
  type TrainedGenerator,
  trainGenerator,
} from './generator/train-generator.js'
export {
  type RecogniserSpec,
  type RecogniserSpecInput,
  readRecogniserSpec,
  recogniserSpecSchema,
} from './recogniser-spec.js'
export { type RecogniserTraining, type TrainedRecogniser, trainRecogniser } from './train-recogniser.js'
export type { NamedTestSet } from './verification.js'
