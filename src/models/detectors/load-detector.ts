import { exists } from '../../bytes/files.js'
import { InputError } from '../../errors.js'
import { showPort } from '../../onnx/port.js'
import type { DetectorDescriptor } from '../descriptor.js'
import { draftDescriptor, readPorts } from '../draft-descriptor.js'
import { descriptorPath, loadModel, type Model, requireRole } from '../model.js'
import { DECODINGS, draftDecoding } from './list.js'

export interface LoadedDetector {
  readonly model: Model<DetectorDescriptor>
  /** what was taken for granted, where it has no descriptor */
  readonly taken: string | undefined
}

/** A detector by its descriptor; one that has none is used as its outputs tell. @throws InputError */
export async function loadDetector(path: string): Promise<LoadedDetector> {
  if (/\.ya?ml$/.test(path) || !(await exists(path)) || (await exists(descriptorPath(path))))
    return { model: requireRole(await loadModel(path), 'detector'), taken: undefined }
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
  return {
    model: requireRole(await loadModel(path, draft), 'detector'),
    taken: `${path} has no descriptor: ${draftDecoding(ports.outputs)?.why}. Taken: ${channels}, mean ${mean.join(', ')}, std ${std.join(', ')}, ${scaled}, score at least ${draft.score}, overlap at most ${draft.overlap}`,
  }
}
