/**
 * What a network is for: descriptors, sessions, drafts, the import of checkpoints, downloads.
 *
 * @example
 * import { loadModel, ModelSession, requireRole } from 'vec2face-bench/models'
 *
 * const model = requireRole(await loadModel('r50.onnx'), 'recogniser')
 * console.log(model.descriptor.input.size, model.sha256)
 * const session = await ModelSession.open(model, { provider: 'cpu', threads: 2 })
 * await session.close()
 *
 * @module
 */
export { type ConvertRequest, type ConvertResult, convertModel } from './convert-model.js'
export {
  type Descriptor,
  type DescriptorOf,
  type DetectorDescriptor,
  descriptorSchema,
  type GeneratorDescriptor,
  type ImageInput,
  type ImageModelDescriptor,
  type RecogniserDescriptor,
  type Role,
} from './descriptor.js'
export {
  draftDescriptor,
  type ImageInputOverrides,
  type NetworkPorts,
  readPorts,
} from './draft-descriptor.js'
export { HUB_FILES, HUB_SETS, type HubFile, type HubSet, hubFile, hubSet } from './hub/catalogue.js'
export { type Pulled, type PullOptions, pull } from './hub/pull.js'
export { type ImportRequest, type ImportResult, importCheckpoint } from './import.js'
export { type CheckResult, checkNetwork } from './import-check.js'
export { descriptorPath, loadModel, type Model, requireRole } from './model.js'
export {
  generatorPipeline,
  openPipeline,
  type Pipeline,
  readPipeline,
  type TimedPipeline,
} from './pipeline.js'
export { type PrecisionDifference, precisionDifference } from './precision-difference.js'
export {
  ModelSession,
  PROVIDERS,
  type Provider,
  runtimeTensor,
  type SessionOptions,
  type Tensors,
  tryProvider,
} from './session.js'
