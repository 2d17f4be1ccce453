/**
 * Faces in photographs: detectors with five landmarks, which of several faces, and crops as ArcFace's training data were
 * aligned.
 *
 * @example
 * import { readFile } from 'node:fs/promises'
 * import { alignedCrop, chooseFace, FaceDetector, loadDetector, readPhotograph } from 'vec2face-bench/faces'
 *
 * const { model } = await loadDetector('yunet.onnx')
 * const detector = await FaceDetector.open(model)
 * const photograph = await readPhotograph(await readFile('group.jpg'), 'group.jpg')
 * const face = chooseFace(await detector.detect(photograph), 'largest', photograph)
 * if (face !== undefined) console.log(alignedCrop(photograph, face.points, 112, 'group.jpg').data.length)
 * await detector.close()
 *
 * @module
 */
export type { RawPixels } from '../images/image.js'
export { readPhotograph } from '../images/photograph.js'
export type { DetectorDescriptor } from '../models/descriptor.js'
export type { DetectedFace } from '../models/detectors/decoding.js'
export { loadDetector } from '../models/detectors/load-detector.js'
export { alignedCrop, alignment, centreCrop, templateOf } from './aligned-crop.js'
export { ARCFACE_TEMPLATE, type Point } from './arcface-template.js'
export { chooseFace, FACE_RULES, type FaceRule } from './choose-face.js'
export { type DetectionSettings, FaceDetector } from './face-detector.js'
export { fitSimilarity, type Similarity } from './similarity-fit.js'
export { warpSimilarity } from './warp.js'
