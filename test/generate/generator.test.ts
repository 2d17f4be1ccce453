import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { addColourBytes, ColourBytes } from '../../src/generate/colour-bytes.js'
import { Generator } from '../../src/generate/generator.js'
import { PixelConverter } from '../../src/images/pixels.js'
import type { GeneratorDescriptor } from '../../src/models/descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { GraphBuilder } from '../../src/onnx/graph-builder.js'
import { Runtime, runtimeTensor } from '../../src/onnx/runtime.js'
import { RandomStream } from '../../src/random/philox.js'
import { randomVectors, TINY_GENERATOR } from './generation-inputs.js'

/** One conversion of planes of `size` numbers each. */
function converted(
  values: Float32Array,
  size: number,
  output: Pick<GeneratorDescriptor['output'], 'range' | 'channels'> = { range: [-1, 1], channels: 'RGB' },
): Uint8Array {
  const converter = new PixelConverter(output, values.length / (3 * size), size)
  converter.values.set(values)
  return converter.convert((index) => `image ${index}`)
}

test('-1 is black, 1 is white, what lies beyond is clipped, the rest is cut to whole numbers', async () => {
  const values = Float32Array.of(-1, 1, -1.5, 2, 0, 0.999)
  expect(Array.from(converted(values, 2))).toEqual([0, 0, 127, 255, 255, 254])
})

test('NCHW planes become RGB triples, from BGR too', async () => {
  const planes = Float32Array.of(0, 1, 2, 3, 4, 5).map((value) => value / 255)
  const range: [number, number] = [0, 1]
  expect(Array.from(converted(planes, 2, { range, channels: 'RGB' }))).toEqual([0, 2, 4, 1, 3, 5])
  expect(Array.from(converted(planes, 2, { range, channels: 'BGR' }))).toEqual([4, 2, 0, 5, 3, 1])
})

test("every number becomes the byte of the authors' NumPy expression, whatever a generator's range", async (context) => {
  const values = new Float32Array(30_000)
  new RandomStream(1, 'pixels').fillNormal(values, 0.7)
  values.set([1e30, -1e30, 3e9, 2 ** 32 + 7])
  const script = `
import sys, numpy
black, white = map(float, sys.argv[1:])
image = numpy.frombuffer(sys.stdin.buffer.read(), 'f4')
sys.stdout.buffer.write(((image - black) / (white - black) * 255).clip(0, 255).astype(numpy.uint8).tobytes())`
  // The authors' (image + 1) / 2 * 255, and spans that are powers of two and are not.
  for (const range of [
    [-1, 1],
    [0, 1],
    [1, -1],
    [-0.5, 2.6],
    [0, 255],
  ] as const) {
    const scale = range[1] === 255 ? 128 : 1
    const scaled = values.map((value) => value * scale)
    const python = spawnSync('/usr/bin/python3', ['-c', script, ...range.map(String)], {
      input: Buffer.from(scaled.buffer),
    })
    if (python.status !== 0) context.skip('Python with NumPy is not here')
    const planar = Buffer.from(python.stdout)
    const pixels = converted(scaled, 10_000, { range: [...range], channels: 'RGB' })
    const interleaved = Buffer.from(planar.map((_, i) => planar[(i % 3) * 10_000 + Math.floor(i / 3)]))
    expect(Buffer.compare(interleaved, Buffer.from(pixels)), `range ${range}`).toBe(0)
  }
})

test('images of any number of pixels keep apart', () => {
  for (const area of [1, 15, 16, 17, 25]) {
    const values = Float32Array.from({ length: 4 * 3 * area }, (_, i) => (i % 256) / 255)
    const expected = Array.from({ length: values.length }, (_, i) => {
      const [image, pixel, channel] = [Math.floor(i / (3 * area)), Math.floor((i % (3 * area)) / 3), i % 3]
      return Math.trunc(Math.fround(values[(3 * image + channel) * area + pixel] * 255))
    })
    expect(Array.from(converted(values, area, { range: [0, 1], channels: 'RGB' }))).toEqual(expected)
  }
})

test('numbers that are no colours: the message names the image', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    const values = new Float32Array(2 * 3 * 4).fill(0.5)
    values[3 * 4 + 1] = bad
    expect(() => converted(values, 4)).toThrow(`image 1: the generator gave ${bad} instead of a colour`)
  }
})

test('an image has the same bytes whatever else is in the batch, and whatever its place there', async () => {
  const generator = await Generator.open(requireRole(await loadModel(TINY_GENERATOR), 'generator'), {
    threads: 1,
  })
  const images = 8
  const vectors = randomVectors(images)
  const masked = Uint8Array.from({ length: images * 50 }, (_, i) => (i % 50 > 0 && i % 7 === 0 ? 1 : 0))
  const dropped = masked.map((flag, i) => (i % 2 === 0 ? flag : 0))
  const run = async (order: number[]) => {
    const pick = <A extends Float32Array | Uint8Array>(all: A, width: number) =>
      order.flatMap((i) => Array.from(all.subarray(i * width, (i + 1) * width)))
    const batch = {
      size: order.length,
      vectors: Float32Array.from(pick(vectors, 512)),
      drawn: {
        dropped: runtimeTensor('bool', Uint8Array.from(pick(dropped, 50)), [order.length, 50]),
        masked: runtimeTensor('bool', Uint8Array.from(pick(masked, 50)), [order.length, 50]),
      },
    }
    const { data } = await generator.run(batch, String)
    return order.map((_, i) =>
      data.slice((i * data.length) / order.length, ((i + 1) * data.length) / order.length),
    )
  }
  const all = await run([0, 1, 2, 3, 4, 5, 6, 7])
  expect(await run([7, 6, 5, 4, 3, 2, 1, 0])).toEqual([...all].reverse())
  expect(await run([2, 3])).toEqual(all.slice(2, 4))
  await generator.close()
})

test.each([
  ['RGB', [-1, 1]],
  ['BGR', [-0.5, 2.6]],
] as const)(
  'a network makes the same bytes of its %s colours, and tells of numbers that are none',
  async (channels, [black, white]) => {
    const output: GeneratorDescriptor['output'] = {
      name: 'image',
      size: [4, 6],
      range: [black, white],
      channels,
    }
    const values = new Float32Array(2 * 3 * 24)
    new RandomStream(1, 'colours').fillNormal(values, 2)
    values.set([1e30, -1e30, black, white])
    const g = new GraphBuilder()
    g.output('image', g.floatInput('x', ['batch', 3, 4, 6]), ['batch', 3, 4, 6])
    addColourBytes(g.graph, output)
    const runtime = await Runtime.open(g.graph, { threads: 1 })
    const room = new ColourBytes(output, 2)
    const made = async (x: Float32Array) => {
      await runtime.run({ x: runtimeTensor('float32', x, [2, 3, 4, 6]) }, room.outputs)
      return room.take((index) => `image ${index}`)
    }
    expect(Buffer.compare(await made(values), converted(values, 24, output))).toBe(0)
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const strange = values.with(100, bad)
      await expect(made(strange)).rejects.toThrow(
        'image 1: the generator gave NaN or infinity instead of a colour',
      )
    }
    await runtime.close()
  },
)

test('a generator whose network makes bytes gives those that it gives otherwise', async () => {
  const model = requireRole(await loadModel(TINY_GENERATOR), 'generator')
  const vectors = randomVectors(2)
  const flags = Uint8Array.from({ length: 100 }, (_, i) => (i % 50 > 0 && i % 50 < 6 ? 1 : 0))
  const flagged = runtimeTensor('bool', flags, [2, 50])
  const batch = { size: 2, vectors, drawn: { dropped: flagged, masked: flagged } }
  const pixels = async (makesBytes: boolean) => {
    const generator = await Generator.open(model, { threads: 1 }, makesBytes)
    const { data } = await generator.run(batch, String)
    await generator.close()
    return data
  }
  expect(Buffer.compare(await pixels(true), await pixels(false))).toBe(0)
})
