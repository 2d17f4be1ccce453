import { InputError } from '../errors.js'
import { fitAntialiased } from '../images/antialiased-resize.js'
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
    const sample = resized ? bilinearSampler(image, width, height) : undefined
    for (let channel = 0; channel < 3; channel++) {
      const source = sourceOf[channel]
      const table = tables[channel]
      const start = index * length + channel * channelStep
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          const column = mirrored ? width - 1 - x : x
          batch[start + (y * width + x) * pixelStep] =
            sample === undefined
              ? table[image.data[(y * width + column) * 3 + source]]
              : (sample(column, y, source) / input.scale - input.mean[channel]) / input.std[channel]
        }
      }
    }
  }
}

/** Bilinear interpolation without corner alignment or antialiasing, as `torch.nn.functional.interpolate`. */
function bilinearSampler(
  image: RawPixels,
  width: number,
  height: number,
): (x: number, y: number, channel: number) => number {
  const scaleX = image.width / width
  const scaleY = image.height / height
  return (x, y, channel) => {
    const sourceX = Math.max(0, (x + 0.5) * scaleX - 0.5)
    const sourceY = Math.max(0, (y + 0.5) * scaleY - 0.5)
    const left = Math.floor(sourceX)
    const top = Math.floor(sourceY)
    const right = Math.min(left + 1, image.width - 1)
    const bottom = Math.min(top + 1, image.height - 1)
    const u = sourceX - left
    const v = sourceY - top
    const at = (row: number, column: number): number => image.data[(row * image.width + column) * 3 + channel]
    return (
      (at(top, left) * (1 - u) + at(top, right) * u) * (1 - v) +
      (at(bottom, left) * (1 - u) + at(bottom, right) * u) * v
    )
  }
}
