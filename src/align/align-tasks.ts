import type { FaceRule } from '../faces/choose-face.js'
import type { DetectionSettings } from '../faces/face-detector.js'
import type { DetectorDescriptor } from '../models/descriptor.js'
import type { Model } from '../models/model.js'
import type { Provider } from '../models/session.js'
import type { Photograph } from './photographs.js'

/** All that decides what a crop shows. */
export interface AlignSettings {
  /** side of the crops, pixels: a multiple of 112 or of 128 */
  readonly size: number
  /** which face of several */
  readonly choose: FaceRule
  readonly detection: DetectionSettings
}

/** What becomes of a photograph that shows no face. */
export const NO_FACE = ['fail', 'skip', 'centre'] as const
export type NoFace = (typeof NO_FACE)[number]

/** A photograph on its way to a thread. */
export type AlignTask = Photograph & { readonly landmarks?: readonly number[] }

/** What a thread is started with. */
export interface AlignThreadData {
  /** undefined where landmarks come with the photographs */
  readonly detector: Model<DetectorDescriptor> | undefined
  readonly settings: AlignSettings
  readonly provider: Provider
  readonly out: string
  readonly noFace: NoFace
  readonly turns: SharedArrayBuffer
}
