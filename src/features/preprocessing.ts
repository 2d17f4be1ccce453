import { InputError } from '../errors.js'
import { fitAntialiased } from '../images/antialiased-resize.js'
import { bilinearRows } from '../images/bilinear-rows.js'
import type { RawPixels } from '../images/image.js'
import type { ImageInput } from '../models/descriptor.js'

/** Writes one image into a batch of network inputs. */
export type Preprocessing = (
  image: RawPixels,
  mirrored: boolean,
  batch: Float32Array,
  index: number,
  where: string,
) => void

/** Numbers of one image in the batch. */
export function inputLength(input: ImageInput): number {
  return 3 * input.size[0] * input.size[1]
}

/**
 * Compiles a descriptor's input: `(x / scale - mean) / std` in float32 by a table of 256 entries a channel, in the
 * order of channels and the layout that the network wants.
 * @throws InputError (the compiled function) at an image of another size, unless the descriptor resizes
 */
export function compilePreprocessing(input: ImageInput): Preprocessing {
  const [height, width] = input.size
  const tables = input.mean.map((mean, channel) =>
    Float32Array.from({ length: 256 }, (_, x) => (x / input.scale - mean) / input.std[channel]),
  )
  const sourceOf = input.channels === 'RGB' ? [0, 1, 2] : [2, 1, 0]
  const plane = height * width
  const pixelStep = input.layout === 'NCHW' ? 1 : 3
  const channelStep = input.layout === 'NCHW' ? plane : 1
  const length = inputLength(input)
  const resize = bilinearRows(width, height)
  const levels = new Float64Array(width)

  if (input.resize === 'antialias' && width !== height) {
    throw new InputError(
      `an input of ${width}x${height} pixels can not be resized to with antialiasing, which is for squares`,
      input.name,
      "set 'resize: bilinear' in the model's descriptor",
    )
  }

  return (given, mirrored, batch, index, where) => {
    const otherSize = given.width !== width || given.height !== height
    const image = otherSize && input.resize === 'antialias' ? fitAntialiased(given, width) : given
    const resized = otherSize && input.resize === 'bilinear'
    if (otherSize && input.resize === 'refuse') {
      throw new InputError(
        `the image is ${image.width}x${image.height} pixels, the network takes ${width}x${height}`,
        where,
        "align and crop it, or set 'resize: bilinear' or 'antialias' in the model's descriptor",
      )
    }
    const rows = resized ? resize(image) : undefined
    for (let channel = 0; channel < 3; channel++) {
      const source = sourceOf[channel]
      const table = tables[channel]
      const [mean, std] = [input.mean[channel], input.std[channel]]
      const start = index * length + channel * channelStep
      for (let y = 0; y < height; y++) {
        const first = start + y * width * pixelStep
        const last = first + (width - 1) * pixelStep
        const [from, step] = mirrored ? [last, -pixelStep] : [first, pixelStep]
        if (rows === undefined) {
          lookUp(image.data, y * width * 3 + source, table, batch, from, step, width)
        } else {
          rows(y, source, levels)
          normalise(levels, input.scale, mean, std, batch, from, step)
        }
      }
    }
  }
}

/** The numbers of a row's levels, by a table. */
function lookUp(
  data: Uint8Array,
  start: number,
  table: Float32Array,
  batch: Float32Array,
  from: number,
  step: number,
  width: number,
): void {
  for (let x = 0, at = start, to = from; x < width; x++, at += 3, to += step) batch[to] = table[data[at]]
}

function normalise(
  levels: Float64Array,
  scale: number,
  mean: number,
  std: number,
  batch: Float32Array,
  from: number,
  step: number,
): void {
  for (let x = 0, to = from; x < levels.length; x++, to += step) batch[to] = (levels[x] / scale - mean) / std
}
