import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { withImageInput } from '../../src/cli/image-input.js'
import { inputDoubts } from '../../src/doubts/input-doubts.js'
import { descriptorSchema, imageInputSchema, type RecogniserDescriptor } from '../../src/models/descriptor.js'
import { inputRange, pixelUnits } from '../../src/models/input-range.js'

type Three = [number, number, number]
const three = (value: number): Three => [value, value, value]
const parse = (input: object) => imageInputSchema.safeParse({ name: 'x', ...input })

/** How the field feeds its recognisers. */
const USUAL: [string, object][] = [
  ['ArcFace, -1..1', { mean: three(0.5), std: three(0.5) }],
  ['insightface, (x - 127.5) / 128', { scale: 1, mean: three(127.5), std: three(128) }],
  ['MagFace, 0..1', { mean: three(0), std: three(1) }],
  ['ImageNet', { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] }],
  ['ImageNet of bytes', { scale: 1, mean: [123.675, 116.28, 103.53], std: [58.395, 57.12, 57.375] }],
  ['pixels as they are', { scale: 1, mean: three(0), std: three(1) }],
  ['Caffe, the mean subtracted', { scale: 1, mean: [104, 117, 123], std: three(1) }],
  ['x / 127.5 - 1', { scale: 127.5, mean: three(1), std: three(1) }],
]

describe('how images go in', () => {
  it.each(USUAL)('%s is taken and not doubted', (_, input) => {
    const parsed = parse(input)
    expect(parsed.success && inputDoubts('net', parsed.data)).toEqual([])
  })

  it.each<[string, object, RegExp]>([
    [
      'bytes over 255',
      { mean: three(127.5), std: three(127.5) },
      /of pixels in 0\.\.255, which 'scale: 255' divides first/,
    ],
    ['a deviation of bytes', { mean: three(0), std: three(255) }, /write 'scale: 1', or divide both by 255/],
    ['a mean of bytes alone', { mean: three(127.5) }, /are in different units/],
    ['a deviation of bytes with a mean of shares', { std: three(128) }, /are in different units/],
    ['shares of undivided bytes', { scale: 1 }, /'scale: 1' leaves pixels in 0\.\.255; leave 'scale' out/],
  ])('%s in a descriptor is refused', (_, input, message) => {
    expect(parse(input).error?.issues[0].message).toMatch(message)
  })

  it.each<[string, object]>([
    ['a mean above white', { mean: three(2), std: three(0.9) }],
    ['hardly any range', { scale: 2000, mean: three(0), std: three(1) }],
    ['a large range', { mean: three(0.5), std: three(0.02) }],
  ])('%s is doubted', (_, input) => {
    const [doubt] = inputDoubts('net', imageInputSchema.parse({ name: 'x', ...input }))
    expect(doubt.kind).toBe('input range')
    expect(doubt.text).toMatch(/^net: black becomes .* and white .*; networks are usually fed about -1\.\.1/)
  })
})

describe('--mean and --std', () => {
  const descriptor = descriptorSchema.parse({
    name: 'net',
    role: 'recogniser',
    input: { name: 'x' },
    output: { name: 'y', size: 4 },
  }) as RecogniserDescriptor
  const range = (flags: { mean?: Three; std?: Three }) => {
    const said: string[] = []
    const { input } = withImageInput(descriptor, flags, (line) => said.push(line))
    return { range: inputRange(input), said }
  }

  it('of bytes are taken as such, and it is said', () => {
    const bytes = range({ mean: three(127.5), std: three(127.5) })
    expect(bytes.range).toEqual(range({ mean: three(0.5), std: three(0.5) }).range)
    expect(bytes.said).toEqual([
      'net: --mean and --std are taken as those of pixels in 0..255: (x - mean) / std',
    ])
    expect(range({ mean: three(0.5), std: three(0.5) }).said).toEqual([])
  })

  it('mean the same in both units', () => {
    const share = fc.double({ min: 0.1, max: 0.9, noNaN: true })
    fc.assert(
      fc.property(fc.tuple(share, share, share), fc.tuple(share, share, share), (mean, std) => {
        const shares = range({ mean, std }).range
        const bytes = range({
          mean: mean.map((value) => 255 * value) as Three,
          std: std.map((value) => 255 * value) as Three,
        }).range
        expect(bytes[0]).toBeCloseTo(shares[0], 9)
        expect(bytes[1]).toBeCloseTo(shares[1], 9)
      }),
    )
  })

  it('in two units are refused', () => {
    expect(pixelUnits(three(127.5), three(0.5))).toBe('mixed')
    expect(() => range({ mean: three(127.5) })).toThrow(
      /^--mean: mean 127\.5,127\.5,127\.5 and deviation 0\.5,0\.5,0\.5 are in different units; give both/,
    )
    expect(() => range({ std: three(128) })).toThrow(/^--std: .* are in different units/)
  })
})
