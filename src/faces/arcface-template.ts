/** A place in an image: pixels to the right of and below the middle of the first pixel. */
export type Point = readonly [x: number, y: number]

/**
 * Where crops of 112x112 that are aligned as ArcFace's have the left and the right eye as the viewer sees them, the nose tip,
 * and the corners of the mouth (insightface, `face_align.py`).
 */
export const ARCFACE_TEMPLATE: readonly Point[] = [
  [38.2946, 51.6963],
  [73.5318, 51.5014],
  [56.0252, 71.7366],
  [41.5493, 92.3655],
  [70.7299, 92.2041],
]
