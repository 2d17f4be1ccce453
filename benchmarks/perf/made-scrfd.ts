import { GraphBuilder, type Value } from '../../src/onnx/graph-builder.js'
import { writeGraph } from '../../src/onnx/write-graph.js'
import { RandomStream } from '../../src/random/philox.js'

/** Blocks of each stage, and channels, as SCRFD-10G's backbone has them (Guo et al., 2021). */
const STAGES = [
  { blocks: 3, channels: 56 },
  { blocks: 4, channels: 88 },
  { blocks: 2, channels: 88 },
  { blocks: 3, channels: 224 },
]
const [STEM, NECK, TOWER] = [28, 56, 80]
const STRIDES = [8, 16, 32]
const ANCHORS = 2
/** So low that chance finds no face. */
const SCORE_BIAS = -9
/** Of scores' weights: what photographs make of drawn ones must not reach the bias, or thousands of faces are sorted out. */
const SCORE_GAIN = 1e-3

/**
 * Writes a network of SCRFD-10G's inputs, outputs and sizes, whose weights are drawn: it costs what a detector of the
 * field's usual size does and finds nothing. Normalisation is folded into the convolutions, as exporters leave it.
 * @param side its sides, pixels: a multiple of 32
 * @returns multiplications of one image
 */
export async function writeMadeScrfd(path: string, side: number): Promise<number> {
  const g = new GraphBuilder()
  const stream = new RandomStream(7, 'made scrfd')
  let multiplications = 0
  const conv = (
    x: Value,
    from: number,
    to: number,
    kernel: number,
    stride: number,
    out: number,
    bias = 0,
    gain = 1,
  ) => {
    const shape = [to, from, kernel, kernel]
    const count = shape.reduce((product, size) => product * size, 1)
    multiplications += count * out * out
    const weights = Float32Array.from(
      { length: count },
      () => (gain * stream.nextNormal() * Math.SQRT2) / Math.sqrt(count / to),
    )
    const names = [
      g.weight(g.name('weight'), shape, () => weights),
      g.weight(g.name('bias'), [to], () => new Float32Array(to).fill(bias)),
    ]
    const pad = kernel >> 1
    return g.node('Conv', [x, ...names], {
      kernel_shape: [kernel, kernel],
      strides: [stride, stride],
      pads: [pad, pad, pad, pad],
    })
  }
  const relu = (x: Value) => g.node('Relu', [x])
  const pool = (x: Value, opType: string) => g.node(opType, [x], { kernel_shape: [2, 2], strides: [2, 2] })
  const image = g.floatInput('input.1', [1, 3, side, side])
  let size = side / 2
  let x = relu(conv(image, 3, STEM, 3, 2, size))
  x = relu(conv(x, STEM, STEM, 3, 1, size))
  x = pool(relu(conv(x, STEM, 2 * STEM, 3, 1, size)), 'MaxPool')
  size /= 2
  let from = 2 * STEM
  const maps: { readonly value: Value; readonly channels: number; readonly size: number }[] = []
  for (const [stage, { blocks, channels }] of STAGES.entries()) {
    for (let block = 0; block < blocks; block++) {
      const stride = stage > 0 && block === 0 ? 2 : 1
      size /= stride
      const inner = relu(conv(x, from, channels, 3, stride, size))
      const shortened = stride === 2 ? pool(x, 'AveragePool') : x
      const shortcut = from === channels && stride === 1 ? x : conv(shortened, from, channels, 1, 1, size)
      x = relu(g.add(conv(inner, channels, channels, 3, 1, size), shortcut))
      from = channels
    }
    if (stage > 0) maps.push({ value: x, channels, size })
  }
  // From coarse to fine, then back.
  const neck = maps.map(({ value, channels, size }) => conv(value, channels, NECK, 1, 1, size))
  for (const level of [1, 0])
    neck[level] = g.add(
      neck[level],
      g.node('Resize', [neck[level + 1], '', g.floats([1, 1, 2, 2])], { mode: 'nearest' }),
    )
  const merged = neck.map((value, level) => conv(value, NECK, NECK, 3, 1, maps[level].size))
  for (const level of [1, 2])
    merged[level] = g.add(merged[level], conv(merged[level - 1], NECK, NECK, 3, 2, maps[level].size))
  const heads = { s: [1, SCORE_BIAS], b: [4, 1], p: [10, 0] } as const
  for (const [level, value] of merged.entries()) {
    let tower = value
    for (let layer = 0; layer < 3; layer++)
      tower = relu(conv(tower, layer === 0 ? NECK : TOWER, TOWER, 3, 1, maps[level].size))
    for (const [letter, [width, bias]] of Object.entries(heads)) {
      const gain = letter === 's' ? SCORE_GAIN : 1
      const raw = conv(tower, TOWER, ANCHORS * width, 3, 1, maps[level].size, bias, gain)
      const rows = g.reshape(g.transpose(raw, [0, 2, 3, 1]), [-1, width])
      g.output(`${letter}_${STRIDES[level]}`, letter === 's' ? g.node('Sigmoid', [rows]) : rows, ['?', width])
    }
  }
  await writeGraph(g.graph, path)
  return multiplications
}
