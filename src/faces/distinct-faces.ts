import type { DetectedFace } from '../models/detectors/decoding.js'

/** Boxes that are compared at most; OpenCV's detector takes as many. */
const MOST = 5000

/** Intersection over union of two boxes. @param lastPixel 1 where a box's last pixel is part of it */
export function overlap(a: DetectedFace, b: DetectedFace, lastPixel: 0 | 1): number {
  const side = (from: number, length: number, otherFrom: number, otherLength: number) =>
    Math.max(0, Math.min(from + length, otherFrom + otherLength) - Math.max(from, otherFrom) + lastPixel)
  const shared = side(a.x, a.width, b.x, b.width) * side(a.y, a.height, b.y, b.height)
  const area = ({ width, height }: DetectedFace) => (width + lastPixel) * (height + lastPixel)
  return shared / (area(a) + area(b) - shared)
}

/**
 * Non-maximum suppression: the best face, then the best of those that overlap it by `most` at most, and so on; best
 * first. Time: the square of the number of faces kept and given, 5,000 at most.
 */
export function distinctFaces(
  faces: readonly DetectedFace[],
  most: number,
  lastPixel: 0 | 1,
): DetectedFace[] {
  const kept: DetectedFace[] = []
  const ordered = faces.toSorted((a, b) => b.score - a.score).slice(0, MOST)
  for (const face of ordered) {
    if (kept.every((other) => overlap(face, other, lastPixel) <= most)) kept.push(face)
  }
  return kept
}
