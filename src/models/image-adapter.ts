import { InputError } from '../errors.js'
import type { GraphBuilder, Value } from '../onnx/graph-builder.js'
import type { GeneratorDescriptor, ImageInput } from './descriptor.js'

/** How a generator's images are written in numbers. */
export type GeneratedImage = GeneratorDescriptor['output']

/**
 * The nodes between a generator's image and a network that looks at it: clipped to the generator's range, as it is when
 * it becomes pixels, then the network's own size, channel order, mean and deviation. No rounding to whole levels, so that
 * it can be differentiated.
 *
 * @param image [batch, 3, height, width] in the generator's range
 * @param where what messages call the network
 * @param clip false: a generator that is being trained must learn where its range ends, and nothing comes back from beyond it
 * @returns what the network takes
 * @throws InputError where sizes differ and the network's descriptor doesn't say how to resize
 */
export function adaptImage(
  g: GraphBuilder,
  image: Value,
  from: GeneratedImage,
  to: ImageInput,
  where: string,
  { clip = true } = {},
): Value {
  const [black, white] = from.range
  const clipped = clip ? g.node('Clip', [image, g.floats(black), g.floats(white)]) : image
  const ordered = from.channels === to.channels ? clipped : reverseChannels(g, clipped)
  const sized = resize(g, ordered, from.size, to, where)
  // Levels 0..255 are (x - black) * 255 / (white - black); the network takes (levels / scale - mean) / std.
  const slope = to.std.map((std) => 255 / (white - black) / to.scale / std)
  const offset = to.std.map((std, i) => -black * slope[i] - to.mean[i] / std)
  const scaled = slope.every((value) => value === 1) ? sized : g.mul(sized, perChannel(g, slope))
  const shifted = offset.every((value) => Math.abs(value) < 1e-12)
    ? scaled
    : g.add(scaled, perChannel(g, offset))
  return to.layout === 'NCHW' ? shifted : g.transpose(shifted, [0, 2, 3, 1])
}

function perChannel(g: GraphBuilder, values: readonly number[]): Value {
  return g.reshape(g.floats(values), [1, values.length, 1, 1])
}

function reverseChannels(g: GraphBuilder, image: Value): Value {
  return g.node('Gather', [image, g.ints([2, 1, 0])], { axis: 1 })
}

function resize(
  g: GraphBuilder,
  image: Value,
  size: readonly [number, number],
  to: ImageInput,
  where: string,
): Value {
  if (size[0] === to.size[0] && size[1] === to.size[1]) return image
  // Antialiasing is for images that shrink: one that grows is interpolated alike.
  const grows = to.size[0] >= size[0] && to.size[1] >= size[1]
  if (to.resize !== 'bilinear' && !(to.resize === 'antialias' && grows))
    throw new InputError(
      `it takes images of ${to.size.join('x')}, the generator makes ${size.join('x')}`,
      where,
      "say 'resize: bilinear' in its descriptor, or name another network",
    )
  const scales = [1, 1, to.size[0] / size[0], to.size[1] / size[1]]
  return g.node('Resize', [image, '', g.floats(scales)], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
}
