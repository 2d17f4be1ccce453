import type { DetectedFace } from '../models/detectors/decoding.js'

/** Sides of the photograph, pixels. */
interface Size {
  readonly width: number
  readonly height: number
}

const areaOf = ({ width, height }: DetectedFace): number => width * height

function squaredOffset({ x, y, width, height }: DetectedFace, middle: readonly [number, number]): number {
  return (x + width / 2 - middle[0]) ** 2 + (y + height / 2 - middle[1]) ** 2
}

/** insightface takes the middle in whole pixels. */
const wholeMiddle = ({ width, height }: Size) => [Math.floor(width / 2), Math.floor(height / 2)] as const

/** Which of several faces is the one that a photograph is of: the one with the highest value. */
const RULES = {
  /** as its `FaceAnalysis.get(max_num=1)`: area less twice the squared distance from the middle */
  insightface: (face: DetectedFace, size: Size) => areaOf(face) - 2 * squaredOffset(face, wholeMiddle(size)),
  largest: (face: DetectedFace) => areaOf(face),
  centre: (face: DetectedFace, size: Size) => -squaredOffset(face, wholeMiddle(size)),
} as const

export type FaceRule = keyof typeof RULES
export const FACE_RULES = Object.keys(RULES) as readonly FaceRule[]

/** The face by a rule, the first of equals; undefined where there is none. */
export function chooseFace(
  faces: readonly DetectedFace[],
  rule: FaceRule,
  size: Size,
): DetectedFace | undefined {
  let best: DetectedFace | undefined
  let highest = Number.NEGATIVE_INFINITY
  for (const face of faces) {
    const value = RULES[rule](face, size)
    if (value <= highest) continue
    best = face
    highest = value
  }
  return best
}
