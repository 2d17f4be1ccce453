import { resizeAntialiased } from '../images/antialiased-resize.js'
import type { RawPixels } from '../images/image.js'
import { type Orientation, turn, turnBack } from '../images/orientation.js'
import type { DetectorDescriptor } from '../models/descriptor.js'
import type { DetectedFace } from '../models/detectors/decoding.js'
import { decodingOf } from '../models/detectors/list.js'
import type { Model } from '../models/model.js'
import { ModelSession, runtimeTensor, type SessionOptions } from '../models/session.js'
import { DetectorInput, detectionScale } from './detector-input.js'
import { distinctFaces } from './distinct-faces.js'

/** How faces are looked for. */
export interface DetectionSettings {
  /** longer sides, pixels, that photographs are scaled to, up or down, one look each; the descriptor's rule where left out */
  readonly sides?: readonly number[] | undefined
  /** the photograph is looked at turned by quarters and a half, too */
  readonly turned?: boolean | undefined
  /** least score, instead of the descriptor's */
  readonly score?: number | undefined
}

const UPRIGHT: readonly Orientation[] = [1]
const TURNED: readonly Orientation[] = [1, 6, 3, 8]

/** A detector of faces that is ready to run, one photograph at a time. */
export class FaceDetector {
  readonly #input: DetectorInput

  private constructor(
    private readonly session: ModelSession<DetectorDescriptor>,
    private readonly settings: DetectionSettings,
  ) {
    this.#input = new DetectorInput(session.model.descriptor.input, session.provider)
  }

  /** @throws InputError */
  static async open(
    model: Model<DetectorDescriptor>,
    settings: DetectionSettings = {},
    options: SessionOptions = {},
  ): Promise<FaceDetector> {
    return new FaceDetector(await ModelSession.open(model, options), settings)
  }

  /** All faces in a photograph, in its pixels, the best first. @throws InputError where the network fails on it */
  async detect(photograph: RawPixels): Promise<DetectedFace[]> {
    const { descriptor } = this.session.model
    const { sides = [undefined], turned = false } = this.settings
    const found: DetectedFace[] = []
    for (const side of sides) {
      const scaled = this.#scaled(photograph, side)
      // Cutting off parts of a pixel makes the two factors differ a little.
      const factors = [photograph.width / scaled.width, photograph.height / scaled.height] as const
      for (const orientation of turned ? TURNED : UPRIGHT) {
        for (const face of await this.#look(turn(scaled, orientation)))
          found.push(rescaled(upright(face, orientation, scaled), factors))
      }
    }
    return distinctFaces(found, descriptor.overlap, decodingOf(descriptor.decoding).lastPixel)
  }

  close(): Promise<void> {
    return this.session.close()
  }

  #scaled(photograph: RawPixels, side: number | undefined): RawPixels {
    const { input } = this.session.model.descriptor
    const scale = detectionScale(input, photograph, this.settings.turned === true, side)
    if (scale === 1) return photograph
    const sized = (length: number) => Math.max(1, Math.trunc(length * scale))
    return resizeAntialiased(photograph, sized(photograph.width), sized(photograph.height))
  }

  /** One look at an image: faces in its pixels, overlapping ones too. */
  async #look(image: RawPixels): Promise<DetectedFace[]> {
    const { model } = this.session
    const { input, decoding, score } = model.descriptor
    const size = this.#input.sizeFor(image)
    const tensor = runtimeTensor('float32', this.#input.fill(image), [1, 3, size.height, size.width])
    const outputs = await this.session.run({ [input.name]: tensor })
    const least = this.settings.score ?? score
    return decodingOf(decoding).decode(decoding, outputs, size, least, model.path)
  }
}

function rescaled(face: DetectedFace, [fx, fy]: readonly [number, number]): DetectedFace {
  if (fx === 1 && fy === 1) return face
  const { score, x, y, width, height, points } = face
  return {
    score,
    x: x * fx,
    y: y * fy,
    width: width * fx,
    height: height * fy,
    points: points.map((value, i) => value * (i % 2 === 0 ? fx : fy)),
  }
}

/** The face in an image as it is, of one in the image as it was turned. */
function upright(face: DetectedFace, orientation: Orientation, image: RawPixels): DetectedFace {
  if (orientation === 1) return face
  const back = (x: number, y: number) => turnBack([x, y], orientation, image)
  const [ax, ay] = back(face.x, face.y)
  const [bx, by] = back(face.x + face.width, face.y + face.height)
  return {
    score: face.score,
    x: Math.min(ax, bx),
    y: Math.min(ay, by),
    width: Math.abs(bx - ax),
    height: Math.abs(by - ay),
    points: face.points.flatMap((value, i) => (i % 2 === 0 ? back(value, face.points[i + 1]) : [])),
  }
}
