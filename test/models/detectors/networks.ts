import { GraphBuilder, type Value } from '../../../src/onnx/graph-builder.js'
import { writeGraph } from '../../../src/onnx/write-graph.js'
import { RandomStream } from '../../../src/random/philox.js'

/** An output of a network. */
interface Head {
  readonly name: string
  readonly width: number
  /** deviation of its numbers, about */
  readonly spread: number
}

/** A grid of anchors: one convolution without overlap, so many numbers a cell. */
function head(
  g: GraphBuilder,
  image: Value,
  stride: number,
  anchors: number,
  { name, width, spread }: Head,
): Value {
  const channels = anchors * width
  const stream = new RandomStream(3, `head ${name}`)
  const numbers = (count: number, scale: number) =>
    Float32Array.from({ length: count }, () => stream.nextNormal() * scale)
  const weights = numbers(channels * 3 * stride * stride, spread / stride)
  const bias = numbers(channels, 0.2)
  const convolved = g.node(
    'Conv',
    [
      image,
      g.weight(`${name}.weight`, [channels, 3, stride, stride], () => weights),
      g.weight(`${name}.bias`, [channels], () => bias),
    ],
    { kernel_shape: [stride, stride], strides: [stride, stride] },
  )
  return g.reshape(g.transpose(convolved, [0, 2, 3, 1]), [1, -1, width])
}

/** A network of SCRFD's inputs and outputs whose weights are drawn; names as exporters give them. */
export async function writeScrfd(path: string): Promise<void> {
  const g = new GraphBuilder()
  const image = g.floatInput('input.1', [1, 3, '?', '?'])
  const strides = [8, 16, 32]
  const outputs = (letter: string, width: number, activation?: string) =>
    strides.map((stride, i) => {
      const name = `${letter}${i}`
      const raw = g.reshape(head(g, image, stride, 2, { name, width, spread: 0.6 }), [-1, width])
      return { name, width, value: activation === undefined ? raw : g.node(activation, [raw]) }
    })
  const all = [...outputs('s', 1, 'Sigmoid'), ...outputs('b', 4, 'Exp'), ...outputs('p', 10)]
  for (const { name, width, value } of all) g.output(name, value, ['?', width])
  await writeGraph(g.graph, path)
}

/** The same of RetinaFace. @param softmax whether scores come out as probabilities */
export async function writeRetinaFace(path: string, softmax = true): Promise<void> {
  const g = new GraphBuilder()
  const image = g.floatInput('input0', [1, 3, 'h', 'w'])
  const all = (name: string, width: number) =>
    g.node(
      'Concat',
      [8, 16, 32].map((stride) =>
        head(g, image, stride, 2, { name: `${name}${stride}`, width, spread: 0.01 }),
      ),
      { axis: 1 },
    )
  g.output('loc', all('loc', 4), [1, 'anchors', 4])
  const conf = all('conf', 2)
  g.output('conf', softmax ? g.node('Softmax', [conf], { axis: -1 }) : conf, [1, 'anchors', 2])
  g.output('landms', all('landms', 10), [1, 'anchors', 10])
  await writeGraph(g.graph, path)
}
