import fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectGradient, type Given } from './central-differences.js'

const integers = (values: readonly number[], shape = [values.length]): Given => ({
  shape,
  constant: { type: 'int64', values },
})
const shape = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 })
const seed = fc.nat(1000)
const run = (property: fc.IAsyncProperty<never>, numRuns = 20) => fc.assert(property as never, { numRuns })

describe('operators that move numbers, against central differences', () => {
  it('Reshape, Flatten, Squeeze, Unsqueeze', async () => {
    for (const symbolic of [true, false]) {
      const x = { shape: [2, 1, 3] }
      await expectGradient({ opType: 'Reshape', inputs: [x, integers([0, -1])], symbolic })
      await expectGradient({ opType: 'Flatten', inputs: [x], attributes: { axis: 2 }, symbolic })
      await expectGradient({ opType: 'Squeeze', inputs: [x, integers([1])], symbolic: false })
      await expectGradient({ opType: 'Squeeze', inputs: [x], opset: 11, attributes: { axes: [1] }, symbolic })
      await expectGradient({ opType: 'Unsqueeze', inputs: [x, integers([0, -1])], symbolic })
    }
  })

  it('Transpose', () =>
    run(
      fc.asyncProperty(shape, seed, fc.boolean(), async (sizes, order, symbolic) => {
        const perm = sizes
          .map((_, i) => i)
          .toSorted((a, b) => ((a * 7 + order) % 5) - ((b * 7 + order) % 5) || a - b)
        await expectGradient({
          opType: 'Transpose',
          inputs: [{ shape: sizes }],
          attributes: { perm },
          symbolic,
        })
      }) as never,
    ))

  it('Concat', () =>
    run(
      fc.asyncProperty(
        shape,
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
        seed,
        fc.boolean(),
        async (sizes, lengths, at, symbolic) => {
          const axis = at % sizes.length
          await expectGradient({
            opType: 'Concat',
            inputs: lengths.map((length) => ({ shape: sizes.with(axis, length) })),
            attributes: { axis: axis - (at % 2) * sizes.length },
            symbolic: symbolic && sizes.length === 1,
          })
        },
      ) as never,
    ))

  it('Split: the first of its outputs; the others get zeros', async () => {
    await expectGradient({
      opType: 'Split',
      inputs: [{ shape: [2, 5] }, integers([2, 3])],
      attributes: { axis: 1 },
      outputs: 2,
    })
    await expectGradient({
      opType: 'Split',
      inputs: [{ shape: [4, 2] }],
      attributes: { axis: -2 },
      outputs: 2,
    })
  })

  it('Slice: any bounds and steps, forwards and backwards', () =>
    run(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }),
        fc.array(
          fc.tuple(
            fc.integer({ min: -7, max: 7 }),
            fc.integer({ min: -7, max: 7 }),
            fc.constantFrom(1, 2, 3, -1, -2),
          ),
          { minLength: 3, maxLength: 3 },
        ),
        async (sizes, bounds) => {
          const used = bounds.slice(0, sizes.length)
          const parts = [0, 1, 2].map((part) => integers(used.map((each) => each[part])))
          const empty = sizes.some((size, i) => {
            const [start, end, step] = used[i]
            return pick(size, start, end, step).length === 0
          })
          if (empty) return
          await expectGradient({
            opType: 'Slice',
            inputs: [{ shape: sizes }, parts[0], parts[1], integers(sizes.map((_, i) => i)), parts[2]],
          })
        },
      ) as never,
      60,
    ))

  it('Pad: constant (cutting too), reflect and edge', () =>
    run(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 3, max: 4 }), { minLength: 1, maxLength: 2 }),
        fc.constantFrom('constant', 'reflect', 'edge'),
        fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 4, maxLength: 4 }),
        async (sizes, mode, amounts) => {
          const pads = amounts
            .slice(0, 2 * sizes.length)
            .map((amount) => (mode === 'constant' ? amount : Math.abs(amount)))
          await expectGradient({
            opType: 'Pad',
            inputs: [{ shape: sizes }, integers(pads)],
            attributes: { mode },
          })
        },
      ) as never,
      30,
    ))

  it('Expand and Tile', () =>
    run(
      fc.asyncProperty(
        shape,
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
        fc.boolean(),
        async (sizes, counts, symbolic) => {
          const repeats = counts.slice(0, sizes.length)
          await expectGradient({ opType: 'Tile', inputs: [{ shape: sizes }, integers(repeats)], symbolic })
          const ones = sizes.map((size, i) => (counts[i] > 1 ? 1 : size))
          await expectGradient({
            opType: 'Expand',
            inputs: [{ shape: ones }, integers([2, ...sizes])],
            symbolic,
          })
        },
      ) as never,
    ))

  it('Gather along any axis, with indices that repeat', () =>
    run(
      fc.asyncProperty(
        shape,
        fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        seed,
        fc.nat(2),
        fc.boolean(),
        async (sizes, picks, at, form, symbolic) => {
          const axis = at % sizes.length
          const values = picks.map((pick, i) => (pick % sizes[axis]) - (i % 2 && !symbolic ? sizes[axis] : 0))
          const indices =
            form === 0
              ? integers(values.slice(0, 1), [])
              : form === 1
                ? integers(values)
                : integers(values, [1, values.length, 1])
          await expectGradient({
            opType: 'Gather',
            inputs: [{ shape: sizes }, indices],
            attributes: { axis },
            symbolic,
          })
        },
      ) as never,
    ))

  it('GatherElements, ScatterElements and ScatterND', async () => {
    const indices = integers([0, 2, 1, 1, 0, 1], [3, 2])
    const distinct = integers([0, 2, 1, 1, 2, 0], [3, 2])
    await expectGradient({
      opType: 'GatherElements',
      inputs: [{ shape: [3, 4] }, indices],
      attributes: { axis: 0 },
    })
    for (const reduction of ['none', 'add'])
      await expectGradient({
        opType: 'ScatterElements',
        inputs: [{ shape: [3, 4] }, distinct, { shape: [3, 2] }],
        attributes: { axis: 0, reduction },
      })
    await expectGradient({
      opType: 'ScatterND',
      inputs: [{ shape: [3, 4] }, integers([2, 0], [2, 1]), { shape: [2, 4] }],
    })
  })

  it('Trilu and CumSum, in all their forms', async () => {
    const scalar = (value: number) => integers([value], [])
    for (const upper of [0, 1]) {
      await expectGradient({
        opType: 'Trilu',
        inputs: [{ shape: [2, 3, 4] }, scalar(1)],
        attributes: { upper },
      })
      await expectGradient({ opType: 'Trilu', inputs: [{ shape: [3, 3] }], attributes: { upper } })
      for (const exclusive of [0, 1])
        await expectGradient({
          opType: 'CumSum',
          inputs: [{ shape: [3, 4] }, scalar(1)],
          attributes: { exclusive, reverse: upper },
        })
    }
  })

  it('DepthToSpace of both orders, and SpaceToDepth', async () => {
    for (const mode of ['DCR', 'CRD']) {
      for (const symbolic of [true, false])
        await expectGradient({
          opType: 'DepthToSpace',
          type: 'float32',
          inputs: [{ shape: [2, 8, 2, 3] }],
          attributes: { blocksize: 2, mode },
          symbolic,
        })
    }
    await expectGradient({
      opType: 'SpaceToDepth',
      type: 'float32',
      inputs: [{ shape: [1, 2, 4, 2] }],
      attributes: { blocksize: 2 },
    })
  })
})

/** The indices that a slice takes, as Python does. */
function pick(size: number, start: number, end: number, step: number): number[] {
  const bound = (at: number, low: number, high: number) =>
    Math.min(high, Math.max(low, at < 0 ? at + size : at))
  const out: number[] = []
  if (step > 0) for (let i = bound(start, 0, size); i < bound(end, 0, size); i += step) out.push(i)
  else for (let i = bound(start, 0, size - 1); i > bound(end, -1, size - 1); i += step) out.push(i)
  return out
}
