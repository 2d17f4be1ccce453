/** One of the three planes that an RGB image becomes: luminance, and two of colour. */
export interface Plane {
  /** samples 0 .. 255, rows of `stride`; both sides are whole blocks */
  readonly samples: Uint8Array
  readonly stride: number
  /** blocks of 8x8 that the image reaches */
  readonly columns: number
  readonly rows: number
}

/**
 * The planes of images of one size, YCbCr of JFIF 1.02 in libjpeg's 16 bits behind the point (`jccolor.c`). Colours of 2x2 pixels are
 * averaged as its `jcsample.c` does, which rounds halves down and up in turn.
 */
export class ColourPlanes {
  readonly luminance: Plane
  readonly blue: Plane
  readonly red: Plane
  /** two rows of colours that are not shared yet */
  readonly #pairs: readonly [Uint8Array, Uint8Array]

  /** @param share pixels in height and width that share a colour */
  constructor(
    private readonly width: number,
    private readonly height: number,
    private readonly share: 1 | 2,
  ) {
    const [across, down] = [Math.ceil(width / share), Math.ceil(height / share)]
    this.luminance = emptyPlane(width, height)
    this.blue = emptyPlane(across, down)
    this.red = emptyPlane(across, down)
    this.#pairs = [new Uint8Array(4 * this.blue.stride), new Uint8Array(4 * this.blue.stride)]
  }

  get all(): readonly Plane[] {
    return [this.luminance, this.blue, this.red]
  }

  /** Takes an image. @param pixels RGB bytes, row after row */
  fill(pixels: Uint8Array): void {
    const { width, height, share, luminance, blue, red } = this
    if (share === 1)
      for (let row = 0; row < height; row++)
        this.#convert(pixels, row, blue.samples, red.samples, row * blue.stride)
    else for (let row = 0; row < height; row += 2) this.#share(pixels, row)
    fillEdges(luminance, width, height)
    for (const plane of [blue, red])
      fillEdges(plane, share === 1 ? width : plane.stride, Math.ceil(height / share))
  }

  /** Converts a row: its colours go to place `to` of two other planes. */
  #convert(pixels: Uint8Array, row: number, blue: Uint8Array, red: Uint8Array, to: number): void {
    const { samples, stride } = this.luminance
    const shift = to - row * stride
    let from = row * this.width * 3
    for (let at = row * stride, end = at + this.width; at < end; at++) {
      const r = pixels[from]
      const g = pixels[from + 1]
      const b = pixels[from + 2]
      from += 3
      samples[at] = (19595 * r + 38470 * g + 7471 * b + 32768) >> 16
      blue[at + shift] = (8421375 - 11059 * r - 21709 * g + 32768 * b) >> 16
      red[at + shift] = (8421375 + 32768 * r - 27439 * g - 5329 * b) >> 16
    }
  }

  /** Two rows whose colours are shared. What lies beyond the right edge is the last pixel's, and is averaged too; below, the last row's. */
  #share(pixels: Uint8Array, row: number): void {
    const [blue, red] = this.#pairs
    const wide = blue.length / 2
    for (const [i, y] of [row, Math.min(row + 1, this.height - 1)].entries()) {
      this.#convert(pixels, y, blue, red, i * wide)
      for (const pair of this.#pairs)
        pair.fill(pair[i * wide + this.width - 1], i * wide + this.width, (i + 1) * wide)
    }
    average(blue, this.blue.samples, (row >> 1) * this.blue.stride)
    average(red, this.red.samples, (row >> 1) * this.red.stride)
  }
}

/** Averages of 2x2 samples of two rows. */
function average(pair: Uint8Array, samples: Uint8Array, to: number): void {
  const wide = pair.length / 2
  for (let above = 0, round = 1; above < wide; above += 2, round ^= 3) {
    const below = above + wide
    samples[to++] = (pair[above] + pair[above + 1] + pair[below] + pair[below + 1] + round) >> 2
  }
}

function emptyPlane(width: number, height: number): Plane {
  const [columns, rows] = [Math.ceil(width / 8), Math.ceil(height / 8)]
  return { samples: new Uint8Array(columns * rows * 64), stride: columns * 8, columns, rows }
}

/** Repeats the last column to the right and the last row down. */
function fillEdges({ samples, stride }: Plane, width: number, height: number): void {
  if (width < stride)
    for (let row = 0; row < height; row++)
      samples.fill(samples[row * stride + width - 1], row * stride + width, (row + 1) * stride)
  for (let end = height * stride; end < samples.length; end += stride)
    samples.copyWithin(end, end - stride, end)
}
