import type { Similarity } from '../faces/similarity-fit.js'
import { RandomStream } from '../random/philox.js'
import type { Attributes } from './attributes.js'
import { type Identity, sampleIdentity, traitsOf } from './identity.js'
import { FaceRenderer } from './render/face-renderer.js'
import { drawAttributes } from './sampling.js'

/** A rendered photograph: people before a background, one of them in front. */
export interface DemoPhotograph {
  /** number of the person in front, and of the photograph among theirs */
  readonly person: number
  readonly image: number
  readonly width: number
  readonly height: number
  /** RGB, row after row */
  readonly pixels: Uint8Array
  /** x and y of the five landmarks of the person in front */
  readonly landmarks: readonly number[]
  /** people in it */
  readonly people: number
}

export interface DemoPhotographOptions {
  readonly people: number
  readonly imagesEach: number
  readonly seed: number
}

/** Width and height of photographs, pixels: even, and LFW's among them. */
const SIZES = [
  [250, 250],
  [250, 250],
  [320, 240],
  [240, 320],
  [400, 300],
] as const
/** The middle of the face in a crop. */
const MIDDLE = [56, 70] as const
const RADIANS = Math.PI / 180

/** Puts the middle of a crop's face at a place of a photograph, turned by degrees. */
function placed(scale: number, degrees: number, x: number, y: number): Similarity {
  const a = scale * Math.cos(degrees * RADIANS)
  const b = scale * Math.sin(degrees * RADIANS)
  return { a, b, tx: x - a * MIDDLE[0] + b * MIDDLE[1], ty: y - b * MIDDLE[0] - a * MIDDLE[1] }
}

/** Everyday circumstances; where the head lies, the photograph says. */
function circumstances(stream: RandomStream, identity: Identity): Attributes {
  return { ...drawAttributes('mild', stream, traitsOf(identity)), roll: 0, zoom: 1, shiftX: 0, shiftY: 0 }
}

/**
 * Photographs as LFW has them, of people of the rendered world: a face in front, at eyes 25 to 60 pixels apart and turned
 * by up to 30 degrees, and up to two smaller ones behind. Each is a function of the seed, its person and its number.
 */
export function* demoPhotographs({
  people,
  imagesEach,
  seed,
}: DemoPhotographOptions): Generator<DemoPhotograph> {
  const renderers = new Map<number, FaceRenderer>()
  for (let person = 0; person < people; person++) {
    for (let image = 0; image < imagesEach; image++) {
      const stream = new RandomStream(seed, 'world/photographs', person, image)
      const [width, height] = SIZES[stream.nextInt(SIZES.length)]
      const side = Math.max(width, height)
      const renderer = renderers.get(side) ?? new FaceRenderer(side)
      renderers.set(side, renderer)
      yield { person, image, ...photograph(renderer, [width, height], person, seed, stream) }
    }
  }
}

function photograph(
  renderer: FaceRenderer,
  [width, height]: readonly [number, number],
  person: number,
  seed: number,
  stream: RandomStream,
): Omit<DemoPhotograph, 'person' | 'image'> {
  const uniform = (low: number, high: number) => low + (high - low) * stream.next()
  const identity = sampleIdentity(seed, 'test/photographs', person)
  const front = circumstances(stream, identity)
  const scale = uniform(0.7, Math.min(1.7, height / 150))
  const behind = stream.nextInt(3)
  for (let i = 0; i < behind; i++) {
    const stranger = sampleIdentity(seed, 'test/bystanders', stream.nextInt(2 ** 24))
    const x = width * (i === 0 ? uniform(0.08, 0.25) : uniform(0.75, 0.92))
    const place = placed(scale * uniform(0.4, 0.6), uniform(-10, 10), x, height * uniform(0.3, 0.6))
    renderer.draw(stranger, { ...circumstances(stream, stranger), exposure: front.exposure }, place, i > 0)
  }
  const degrees = uniform(-1, 1) ** 3 * 30
  const place = placed(scale, degrees, width * uniform(0.42, 0.58), height * uniform(0.42, 0.58))
  const landmarks = renderer.draw(identity, front, place, behind > 0)
  const square = renderer.develop(front)
  return {
    width,
    height,
    landmarks,
    people: behind + 1,
    pixels: upperLeft(square, renderer.side, width, height),
  }
}

function upperLeft(square: Uint8Array, side: number, width: number, height: number): Uint8Array {
  const pixels = new Uint8Array(3 * width * height)
  for (let y = 0; y < height; y++)
    pixels.set(square.subarray(3 * y * side, 3 * (y * side + width)), 3 * y * width)
  return pixels
}
