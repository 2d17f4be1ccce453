import { Option } from 'commander'
import { exists } from '../bytes/files.js'
import { InputError } from '../errors.js'
import { FaceDetector } from '../faces/face-detector.js'
import type { DetectorDescriptor } from '../models/descriptor.js'
import { DECODINGS, draftDecoding } from '../models/detectors/list.js'
import { draftDescriptor, readPorts } from '../models/draft-descriptor.js'
import { descriptorPath, loadModel, type Model, requireRole } from '../models/model.js'
import { showPort } from '../onnx/port.js'
import { log } from './output.js'

/** A detector by its descriptor; one that has none is used as its outputs tell, which is said. @throws InputError */
export async function loadDetector(path: string): Promise<Model<DetectorDescriptor>> {
  if (/\.ya?ml$/.test(path) || !(await exists(path)) || (await exists(descriptorPath(path))))
    return requireRole(await loadModel(path), 'detector')
  const ports = await readPorts(path)
  const draft = draftDescriptor(path, ports)
  if (draft.role !== 'detector')
    throw new InputError(
      `outputs ${ports.outputs.map((port) => `'${port.name}' ${showPort(port)}`).join(', ')} are of no form of detector that is read`,
      path,
      `these are: ${DECODINGS.map(({ looks }) => looks).join('; ')}`,
    )
  const { channels, mean, std, side, enlarge } = draft.input
  const scaled = `longer side ${enlarge ? 'of' : 'at most'} ${side} pixels`
  log(
    `${path} has no descriptor: ${draftDecoding(ports.outputs)?.why}. Taken: ${channels}, mean ${mean.join(', ')}, std ${std.join(', ')}, ${scaled}, score at least ${draft.score}, overlap at most ${draft.overlap}`,
  )
  return requireRole(await loadModel(path, draft), 'detector')
}

/** An option of commands that look whether images are aligned. */
export const detectorOption = (): Option =>
  new Option(
    '--detector <file>',
    'a detector of faces (ONNX), which measures whether images are aligned; without one a check by brightness tells',
  )

/** A detector for that. @throws InputError */
export async function openDetector(path: string | undefined): Promise<FaceDetector | undefined> {
  return path === undefined ? undefined : FaceDetector.open(await loadDetector(path))
}
