import type { RawPixels } from './image.js'

/**
 * How an image has to be turned to be seen as it was taken, as EXIF counts: 1 as it is, 2 mirrored, 3 half a turn, 4
 * upside down mirrored, 6 a quarter turn clockwise, 8 one anticlockwise, 5 and 7 these of the mirrored image.
 */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8

/** Where a pixel of the turned image comes from: `x' = x`, mirrored, or the other axis. */
const SOURCES: Readonly<Record<Orientation, readonly [swap: boolean, flipX: boolean, flipY: boolean]>> = {
  1: [false, false, false],
  2: [false, true, false],
  3: [false, true, true],
  4: [false, false, true],
  5: [true, false, false],
  6: [true, false, true],
  7: [true, true, true],
  8: [true, true, false],
}

/** Turns an image as an EXIF orientation asks for. The pixels are copied where anything changes. */
export function turn(image: RawPixels, orientation: Orientation): RawPixels {
  if (orientation === 1) return image
  const { data } = image
  const [swap, flipX, flipY] = SOURCES[orientation]
  const [width, height] = swap ? [image.height, image.width] : [image.width, image.height]
  const out = new Uint8Array(data.length)
  // Steps in the source for a step to the right and one down.
  const [right, down] = swap ? [image.width, 1] : [1, image.width]
  const first = (flipX ? image.width - 1 : 0) + (flipY ? (image.height - 1) * image.width : 0)
  const stepX = (swap ? flipY : flipX) ? -right : right
  const stepY = (swap ? flipX : flipY) ? -down : down
  let to = 0
  for (let y = 0; y < height; y++) {
    let from = 3 * (first + y * stepY)
    for (let x = 0; x < width; x++, from += 3 * stepX) {
      out[to++] = data[from]
      out[to++] = data[from + 1]
      out[to++] = data[from + 2]
    }
  }
  return { kind: 'pixels', width, height, data: out }
}

/** Where a point of the turned image lies in the image as it was, of which the sides are given. */
export function turnBack(
  [x, y]: readonly [number, number],
  orientation: Orientation,
  { width, height }: { readonly width: number; readonly height: number },
): [number, number] {
  const [swap, flipX, flipY] = SOURCES[orientation]
  const [u, v] = swap ? [y, x] : [x, y]
  return [flipX ? width - 1 - u : u, flipY ? height - 1 - v : v]
}
