import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { RandomStream } from '../../src/random/philox.js'
import { expectGradient } from './central-differences.js'

const positive = (random: RandomStream) => 0.5 + Math.abs(random.nextNormal())
const shape = fc
  .array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 })
  .map((spatial) => [2, 4, ...spatial.map((size) => size + 1)])

describe('operators that normalise, against central differences', () => {
  it.each([
    [0, 0.9],
    [1, 0.9],
    [1, 0],
  ])('BatchNormalization, training_mode %i, momentum %d', (training_mode, momentum) =>
    fc.assert(
      fc.asyncProperty(shape, fc.nat(100), fc.boolean(), async (sizes, seed, symbolic) => {
        const [batch] = training_mode === 1 ? [5] : sizes
        const vector = { shape: [4] }
        const statistics =
          training_mode === 1
            ? [0, 1].map((value) => ({
                shape: [4],
                constant: { type: 'float64' as const, values: [value, value, value, value] },
              }))
            : [vector, { ...vector, draw: positive }]
        await expectGradient({
          opType: 'BatchNormalization',
          inputs: [{ shape: [batch, ...sizes.slice(1)] }, vector, vector, ...statistics],
          attributes: { epsilon: { float: 0.1 }, training_mode, momentum: { float: momentum } },
          outputs: training_mode === 1 ? 3 : 1,
          seed,
          symbolic: symbolic && training_mode === 0,
        })
      }),
      { numRuns: 15 },
    ),
  )

  it('LayerNormalization, over one or more axes', () =>
    fc.assert(
      fc.asyncProperty(
        shape,
        fc.integer({ min: 1, max: 2 }),
        fc.nat(100),
        fc.boolean(),
        async (sizes, over, seed, symbolic) => {
          const own = { shape: sizes.slice(-over) }
          const axis = -over
          await expectGradient({
            opType: 'LayerNormalization',
            inputs: [{ shape: sizes }, own, own],
            attributes: { axis, epsilon: { float: 0.1 } },
            type: 'float32',
            seed,
            symbolic,
          })
        },
      ),
      { numRuns: 15 },
    ))

  it('InstanceNormalization', () =>
    fc.assert(
      fc.asyncProperty(shape, fc.nat(100), fc.boolean(), async (sizes, seed, symbolic) => {
        const x = [...sizes.slice(0, 2), 3, ...sizes.slice(2)]
        await expectGradient({
          opType: 'InstanceNormalization',
          inputs: [{ shape: x }, { shape: [4] }, { shape: [4] }],
          attributes: { epsilon: { float: 0.1 } },
          type: 'float32',
          seed,
          symbolic,
        })
      }),
      { numRuns: 15 },
    ))

  it('GroupNormalization, with one scale a channel', async () => {
    for (const num_groups of [1, 2, 4]) {
      await expectGradient({
        opType: 'GroupNormalization',
        inputs: [{ shape: [2, 4, 3, 2] }, { shape: [4] }, { shape: [4] }],
        attributes: { epsilon: { float: 0.1 }, num_groups },
        type: 'float32',
        opset: 21,
      })
    }
  })

  it('GroupNormalization, with one scale a group', async () => {
    await expectGradient({
      opType: 'GroupNormalization',
      inputs: [{ shape: [2, 4, 3, 2] }, { shape: [2] }, { shape: [2] }],
      attributes: { epsilon: { float: 0.1 }, num_groups: 2 },
      type: 'float32',
      opset: 18,
    })
  })

  it.each([1, 2])('LpNormalization, p = %i', async (p) => {
    for (const axis of [0, 1, -1])
      await expectGradient({
        opType: 'LpNormalization',
        inputs: [{ shape: [2, 3, 4], draw: (random) => random.nextNormal() + 0.3 }],
        attributes: { p, axis },
      })
  })

  it.each(['Softmax', 'LogSoftmax'])('%s, along any axis, in old and new operator sets', (opType) =>
    fc.assert(
      fc.asyncProperty(
        shape,
        fc.integer({ min: -2, max: 1 }),
        fc.constantFrom(11, 17),
        fc.boolean(),
        async (sizes, axis, opset, symbolic) => {
          await expectGradient({ opType, inputs: [{ shape: sizes }], attributes: { axis }, opset, symbolic })
        },
      ),
      { numRuns: 15 },
    ),
  )
})

describe('reductions, against central differences', () => {
  const cases = {
    ReduceSum: 13,
    ReduceMean: 18,
    ReduceMax: 18,
    ReduceMin: 18,
    ReduceProd: 18,
    ReduceL1: 18,
    ReduceL2: 18,
    ReduceSumSquare: 18,
    ReduceLogSum: 18,
    ReduceLogSumExp: 18,
  }
  it.each(Object.entries(cases))('%s: any axes, kept or not, as attribute and as input', (opType, since) =>
    fc.assert(
      fc.asyncProperty(
        shape,
        fc.nat(15),
        fc.nat(1),
        fc.boolean(),
        fc.boolean(),
        fc.nat(100),
        async (sizes, chosen, keepdims, asInput, symbolic, seed) => {
          const axes = sizes.map((_, i) => i).filter((i) => (chosen >> i) & 1)
          const given = axes.map((axis) => (seed % 2 ? axis : axis - sizes.length))
          const draw = opType === 'ReduceLogSum' ? positive : undefined
          const x = { shape: sizes, ...(draw && { draw }) }
          const inputs =
            asInput && axes.length > 0
              ? [x, { shape: [axes.length], constant: { type: 'int64' as const, values: given } }]
              : [x]
          const attributes = { keepdims, ...(!asInput && axes.length > 0 && { axes: given }) }
          const opset = asInput ? since : 12
          await expectGradient({
            opType,
            inputs,
            attributes,
            opset,
            symbolic: symbolic && !(opset < 13 && keepdims === 0),
            seed,
          })
        },
      ),
      { numRuns: 15 },
    ),
  )

  it('ReduceProd of numbers of which some are 0', async () => {
    for (const zeros of [1, 2]) {
      let next = 0
      const draw = () => (next++ < zeros ? 0 : next)
      await expectGradient({ opType: 'ReduceProd', inputs: [{ shape: [4], draw }], opset: 17 })
    }
  })
})
