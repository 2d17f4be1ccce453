/** One of the three planes that an RGB image becomes: luminance, and two of colour. */
export interface Plane {
  /** samples 0 .. 255, rows of `stride`; both sides are whole blocks, filled with what the edges are */
  readonly samples: Uint8Array
  readonly stride: number
  /** blocks of 8x8 that the image reaches */
  readonly columns: number
  readonly rows: number
}

/**
 * YCbCr of JFIF 1.02, in libjpeg's 16 bits behind the point (`jccolor.c`); colours of `share` x `share` pixels are averaged as its
 * `jcsample.c` does: halves are rounded down and up in turn.
 * @param pixels RGB bytes, row after row
 */
export function colourPlanes(
  pixels: Uint8Array,
  width: number,
  height: number,
  share: 1 | 2,
): readonly Plane[] {
  const luminance = emptyPlane(width, height)
  const blue = emptyPlane(Math.ceil(width / share), Math.ceil(height / share))
  const red = emptyPlane(Math.ceil(width / share), Math.ceil(height / share))
  const [wide, high] = [share * blue.stride, share * (blue.samples.length / blue.stride)]
  const whole =
    share === 1 ? [blue.samples, red.samples] : [new Uint8Array(wide * high), new Uint8Array(wide * high)]
  const [cb, cr] = whole
  const y = luminance.samples
  for (let row = 0; row < height; row++) {
    let from = row * width * 3
    let to = row * luminance.stride
    let colour = row * wide
    for (let column = 0; column < width; column++) {
      const r = pixels[from++]
      const g = pixels[from++]
      const b = pixels[from++]
      y[to++] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16
      cb[colour] = (8421375 - 11059 * r - 21709 * g + 32768 * b) >> 16
      cr[colour++] = (8421375 + 32768 * r - 27439 * g - 5329 * b) >> 16
    }
  }
  fillEdges(y, luminance.stride, width, height)
  // A group of rows is whole before it is averaged; groups below it repeat its average.
  const even = share * Math.ceil(height / share)
  for (const plane of whole) fillEdges(plane, wide, width, height, even)
  if (share === 2) {
    halve(cb, wide, even / 2, blue)
    halve(cr, wide, even / 2, red)
  } else for (const plane of whole) fillEdges(plane, wide, width, height)
  return [luminance, blue, red]
}

function emptyPlane(width: number, height: number): Plane {
  const [columns, rows] = [Math.ceil(width / 8), Math.ceil(height / 8)]
  return { samples: new Uint8Array(columns * rows * 64), stride: columns * 8, columns, rows }
}

/** Repeats the last column to the right and the last row down to row `until`. */
function fillEdges(
  samples: Uint8Array,
  stride: number,
  width: number,
  height: number,
  until = samples.length / stride,
): void {
  if (width < stride)
    for (let row = 0; row < height; row++)
      samples.fill(samples[row * stride + width - 1], row * stride + width, (row + 1) * stride)
  for (let row = height; row < until; row++)
    samples.copyWithin(row * stride, (height - 1) * stride, height * stride)
}

/** Averages of 2x2 samples. @param rows averaged; those below repeat the last */
function halve(whole: Uint8Array, wide: number, rows: number, { samples, stride }: Plane): void {
  for (let row = 0; row < rows; row++) {
    let above = 2 * row * wide
    let to = row * stride
    let round = 1
    for (let column = 0; column < stride; column++) {
      samples[to++] =
        (whole[above] + whole[above + 1] + whole[above + wide] + whole[above + wide + 1] + round) >> 2
      above += 2
      round ^= 3
    }
  }
  fillEdges(samples, stride, stride, rows)
}
