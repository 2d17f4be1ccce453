import { spawnSync } from 'node:child_process'
import ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { Generator } from '../../src/generate/generator.js'
import { PixelConverter } from '../../src/generate/pixels.js'
import type { GeneratorDescriptor } from '../../src/models/descriptor.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { RandomStream } from '../../src/random/philox.js'
import { randomVectors, TINY_GENERATOR } from './generation-inputs.js'

const planesOf = (values: Float32Array, size: number) =>
  new ort.Tensor('float32', values, [values.length / (3 * size), 3, 1, size])

/** One conversion of planes of `size` numbers each. */
async function converted(
  values: Float32Array,
  size: number,
  output: Pick<GeneratorDescriptor['output'], 'range' | 'channels'> = { range: [-1, 1], channels: 'RGB' },
): Promise<Uint8Array> {
  const converter = await PixelConverter.open(output)
  try {
    return await converter.convert(planesOf(values, size), (index) => `image ${index}`)
  } finally {
    await converter.close()
  }
}

test('-1 is black, 1 is white, what lies beyond is clipped, the rest is cut to whole numbers', async () => {
  const values = Float32Array.of(-1, 1, -1.5, 2, 0, 0.999)
  expect(Array.from(await converted(values, 2))).toEqual([0, 0, 127, 255, 255, 254])
})

test('NCHW planes become RGB triples, from BGR too', async () => {
  const planes = Float32Array.of(0, 1, 2, 3, 4, 5).map((value) => value / 255)
  const range: [number, number] = [0, 1]
  expect(Array.from(await converted(planes, 2, { range, channels: 'RGB' }))).toEqual([0, 2, 4, 1, 3, 5])
  expect(Array.from(await converted(planes, 2, { range, channels: 'BGR' }))).toEqual([4, 2, 0, 5, 3, 1])
})

test("every number becomes the byte of the authors' NumPy expression", async (context) => {
  const values = new Float32Array(30_000)
  new RandomStream(1, 'pixels').fillNormal(values, 0.7)
  const script = `
import sys, numpy
image = numpy.frombuffer(sys.stdin.buffer.read(), 'f4')
sys.stdout.buffer.write(((image + 1) / 2 * 255).clip(0, 255).astype(numpy.uint8).tobytes())`
  const python = spawnSync('/usr/bin/python3', ['-c', script], { input: Buffer.from(values.buffer) })
  if (python.status !== 0) context.skip('Python with NumPy is not here')
  const planar = Buffer.from(python.stdout)
  const pixels = await converted(values, 10_000)
  expect(Array.from(planar, (_, i) => pixels[(i % 10_000) * 3 + Math.floor(i / 10_000)])).toEqual([...planar])
})

test('numbers that are no colours: the message names the image', async () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
    // Few and many numbers: the sum that finds them is taken in pieces.
    for (const size of [4, 12_544]) {
      const values = new Float32Array(2 * 3 * size).fill(0.5)
      values[3 * size + 1] = bad
      await expect(converted(values, size)).rejects.toThrow(
        `image 1: the generator gave ${bad} instead of a colour`,
      )
    }
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
      dropped: Uint8Array.from(pick(dropped, 50)),
      masked: Uint8Array.from(pick(masked, 50)),
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
