import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { Attributes } from '../../src/onnx/attribute.js'
import { expectGradient } from './central-differences.js'

interface WindowCase {
  readonly kernel: number[]
  readonly strides: number[]
  readonly dilations: number[]
  readonly pads: number[]
  readonly extra: number[]
  readonly seed: number
}

/** Windows over one or two axes; `extra` is how much longer an axis is than the window needs. */
const windows = (rank: number, longest = 3): fc.Arbitrary<WindowCase> => {
  const each = (max: number, min = 0) =>
    fc.array(fc.integer({ min, max }), { minLength: rank, maxLength: rank })
  return fc.record({
    kernel: each(longest, 1),
    strides: each(3, 1),
    dilations: each(2, 1),
    pads: fc.array(fc.nat(2), { minLength: 2 * rank, maxLength: 2 * rank }),
    extra: each(4),
    seed: fc.nat(1000),
  })
}

const lengths = ({ kernel, dilations, extra, pads }: WindowCase): number[] =>
  kernel.map((size, i) =>
    Math.max(1, dilations[i] * (size - 1) + 1 + extra[i] - pads[i] - pads[i + kernel.length]),
  )

const settings = ({ kernel, strides, dilations, pads }: WindowCase) => ({
  kernel_shape: kernel,
  strides,
  dilations,
  pads,
})

describe.each([1, 2])('convolutions over %i axes, against central differences', (rank) => {
  it('Conv: kernel, strides, padding, dilation, groups, bias', () =>
    fc.assert(
      fc.asyncProperty(
        windows(rank),
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom(1, 2, 3),
        fc.boolean(),
        async (window, perGroup, outPerGroup, group, bias) => {
          await expectGradient({
            opType: 'Conv',
            type: 'float32',
            inputs: [
              { shape: [2, perGroup * group, ...lengths(window)] },
              { shape: [outPerGroup * group, perGroup, ...window.kernel] },
              ...(bias ? [{ shape: [outPerGroup * group] }] : []),
            ],
            attributes: { ...settings(window), group },
            seed: window.seed,
          })
        },
      ),
      { numRuns: 40 },
    ))

  it('ConvTranspose: the same, and output_padding', () =>
    fc.assert(
      fc.asyncProperty(
        windows(rank),
        fc.integer({ min: 1, max: 2 }),
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom(1, 2),
        async (window, perGroup, outPerGroup, group) => {
          const output_padding = window.strides.map((stride) => stride - 1)
          await expectGradient({
            opType: 'ConvTranspose',
            type: 'float32',
            inputs: [
              { shape: [2, perGroup * group, ...window.kernel.map((_, i) => window.extra[i] + 2)] },
              { shape: [perGroup * group, outPerGroup, ...window.kernel] },
              { shape: [outPerGroup * group] },
            ],
            attributes: { ...settings({ ...window, pads: window.pads.map(() => 0) }), group, output_padding },
            seed: window.seed,
          })
        },
      ),
      { numRuns: 20 },
    ))

  it('AveragePool: padding counted or not, sizes rounded up or down', () =>
    fc.assert(
      fc.asyncProperty(windows(rank), fc.nat(1), fc.nat(1), async (window, count_include_pad, ceil_mode) => {
        // A window may not lie in the padding alone.
        const pads = window.pads.map((pad, i) => Math.min(pad, window.kernel[i % rank] - 1))
        const { kernel_shape, strides } = settings(window)
        // onnxruntime counts what lies beyond the padding in its own way
        const up = count_include_pad === 1 ? 0 : ceil_mode
        const attributes: Attributes = { kernel_shape, strides, pads, count_include_pad, ceil_mode: up }
        const shape = [2, 2, ...lengths({ ...window, pads, dilations: window.dilations.map(() => 1) })]
        await expectGradient({
          opType: 'AveragePool',
          type: 'float32',
          inputs: [{ shape }],
          attributes,
          seed: window.seed,
          names: [0, 1],
        })
      }),
      { numRuns: 30 },
    ))

  it('MaxPool: windows that overlap or not', () =>
    fc.assert(
      fc.asyncProperty(windows(rank), fc.nat(1), async (window, ceil_mode) => {
        // A window that has gaps may not see any number but padding.
        const pads = window.pads.map((pad, i) =>
          window.dilations[i % rank] > 1 ? 0 : Math.min(pad, window.kernel[i % rank] - 1),
        )
        const shape = [2, 2, ...lengths({ ...window, pads })]
        const count = shape.reduce((a, b) => a * b, 1)
        // numbers far enough apart that a step changes no maximum
        let next = 0
        const draw = () => ((next++ * 7919) % count) / 4
        await expectGradient({
          opType: 'MaxPool',
          inputs: [{ shape, draw }],
          attributes: { ...settings({ ...window, pads }), ceil_mode },
          seed: window.seed,
        })
      }),
      { numRuns: 30 },
    ))
})

describe('convolutions of large and small maps', () => {
  it.each([3, 21])('%i pixels a side', async (side) => {
    const attributes = { kernel_shape: [2, 2], group: 1 }
    const inputs = [{ shape: [2, 1, side, side] }, { shape: [2, 1, 2, 2] }]
    await expectGradient({ opType: 'Conv', type: 'float32', inputs, attributes })
  })
})

describe('convolutions of sizes that are known by name', () => {
  it.each([1, 2, 3])('stride %i', async (stride) => {
    for (const length of [5, 6, 7]) {
      const attributes = { kernel_shape: [3, 3], strides: [stride, stride], pads: [1, 1, 1, 1] }
      await expectGradient({
        opType: 'Conv',
        type: 'float32',
        inputs: [{ shape: [2, 2, length, length] }, { shape: [3, 2, 3, 3] }],
        attributes,
        names: [0, 2, 3],
      })
    }
  })

  it.each(['SAME_UPPER', 'SAME_LOWER', 'VALID'])('auto_pad %s', async (auto_pad) => {
    const attributes = { auto_pad, strides: [2, 2] }
    await expectGradient({
      opType: 'Conv',
      type: 'float32',
      inputs: [{ shape: [1, 2, 6, 5] }, { shape: [2, 2, 3, 3] }],
      attributes,
    })
  })
})

describe('pools over whole maps', () => {
  it.each(['GlobalAveragePool', 'GlobalMaxPool'])('%s', async (opType) => {
    for (const symbolic of [true, false])
      await expectGradient({ opType, type: 'float32', inputs: [{ shape: [2, 3, 4, 3] }], symbolic })
  })
})
