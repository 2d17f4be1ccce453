import { Option } from 'commander'
import { FaceDetector } from '../faces/face-detector.js'
import type { DetectorDescriptor } from '../models/descriptor.js'
import { loadDetector as load } from '../models/detectors/load-detector.js'
import type { Model } from '../models/model.js'
import { type NetworkFlags, sessionOf } from './options.js'
import { log } from './output.js'

/** A detector; what was taken for granted of one without a descriptor is said. @throws InputError */
export async function loadDetector(path: string): Promise<Model<DetectorDescriptor>> {
  const { model, taken } = await load(path)
  if (taken !== undefined) log(taken)
  return model
}

/** An option of commands that look whether images are aligned. */
export const detectorOption = (): Option =>
  new Option(
    '--detector <file>',
    'a detector of faces (ONNX), which measures whether images are aligned; without one a check by brightness tells',
  )

/** A detector for that. @throws InputError */
export async function openDetector(
  path: string | undefined,
  flags: NetworkFlags,
): Promise<FaceDetector | undefined> {
  return path === undefined ? undefined : FaceDetector.open(await loadDetector(path), {}, sessionOf(flags))
}
