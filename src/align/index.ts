/**
 * Photographs to aligned crops, on all cores, in a run that resumes: folders, lists of pairs and training datasets.
 *
 * @example
 * import { alignPhotographs, openPhotographs } from 'vec2face-bench/align'
 * import { loadDetector } from 'vec2face-bench/faces'
 *
 * const { model: detector } = await loadDetector('yunet.onnx')
 * const photographs = await openPhotographs('lfw', { out: 'lfw-112' })
 * const settings = { size: 112, choose: 'insightface', detection: {} } as const
 * const outcome = await alignPhotographs(photographs, { out: 'lfw-112', detector, settings, noFace: 'skip' })
 * console.log(`${outcome.aligned} of ${outcome.photographs}`, outcome.withoutFace)
 * await photographs.close()
 *
 * @module
 */
export { type AlignOptions, type AlignOutcome, alignPhotographs } from './align-photographs.js'
export { type AlignSettings, NO_FACE, type NoFace } from './align-tasks.js'
export { readLandmarks } from './landmark-table.js'
export { type OpenPhotographsOptions, openPhotographs } from './open-photographs.js'
export type { Photograph, Photographs } from './photographs.js'
