import { describe, expect, it } from 'vitest'
import { compilePreprocessing } from '../../src/features/preprocessing.js'
import { imageInputSchema } from '../../src/models/descriptor.js'

const image = (width: number, height: number, value: (x: number, y: number, channel: number) => number) => ({
  kind: 'pixels' as const,
  width,
  height,
  data: Uint8Array.from({ length: width * height * 3 }, (_, i) =>
    value(Math.floor(i / 3) % width, Math.floor(i / 3 / width), i % 3),
  ),
})
const compile = (options: object) =>
  compilePreprocessing(imageInputSchema.parse({ name: 'x', size: [2, 2], ...options }))

describe('preprocessing', () => {
  const picture = image(2, 2, (x, y, channel) => 100 * channel + 10 * y + x)
  const run = (options: object, mirrored = false): number[] => {
    const out = new Float32Array(12)
    compile(options)(picture, mirrored, out, 0, 'picture')
    return Array.from(out, (value) => Math.round(value * 1000) / 1000)
  }
  const raw = { scale: 1, mean: [0, 0, 0], std: [1, 1, 1] }

  it('is planes of red, green and blue by default', () => {
    expect(run(raw)).toEqual([0, 1, 10, 11, 100, 101, 110, 111, 200, 201, 210, 211])
  })

  it('is blue, green, red where the descriptor says BGR', () => {
    expect(run({ ...raw, channels: 'BGR' }).slice(0, 4)).toEqual([200, 201, 210, 211])
  })

  it('interleaves the channels in NHWC', () => {
    expect(run({ ...raw, layout: 'NHWC' }).slice(0, 6)).toEqual([0, 100, 200, 1, 101, 201])
  })

  it('mirrors left and right', () => {
    expect(run(raw, true).slice(0, 4)).toEqual([1, 0, 11, 10])
  })

  it("is the paper's (x / 255 - 0.5) / 0.5 by default, in float32", () => {
    const out = new Float32Array(12)
    compile({})(picture, false, out, 0, 'picture')
    expect(out[11]).toBe(Math.fround((211 / 255 - 0.5) / 0.5))
  })

  it('takes mean and deviation of the channel, not of its place', () => {
    const values = run({ ...raw, channels: 'BGR', mean: [200, 0, 0] })
    // mean and std are given in the order in which the network sees the channels
    expect(values.slice(0, 4)).toEqual([0, 1, 10, 11])
  })

  it('refuses another size unless told to resize', () => {
    expect(() =>
      compile({})(
        image(3, 2, () => 0),
        false,
        new Float32Array(12),
        0,
        'wide.jpg',
      ),
    ).toThrow(/wide\.jpg: the image is 3x2 pixels, the network takes 2x2/)
  })

  it('resizes bilinearly without corner alignment: halving takes the mean of neighbours', () => {
    const out = new Float32Array(12)
    const four = image(4, 4, (x, y) => 10 * x + y)
    compile({ ...raw, resize: 'bilinear' })(four, false, out, 0, 'four')
    expect([...out.subarray(0, 4)]).toEqual([5.5, 25.5, 7.5, 27.5])
  })
})
