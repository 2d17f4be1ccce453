import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { RandomStream } from '../../src/random/philox.js'
import { expectGradient, type Given, type OperatorCase } from './central-differences.js'

const positive = (random: RandomStream) => 0.4 + Math.abs(random.nextNormal())

/** A shape, and shapes that broadcast to it: with axes of size 1, or without the first axes. */
const shapes = (count: number) =>
  fc
    .record({
      whole: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 }),
      dropped: fc.array(fc.nat(4), { minLength: count, maxLength: count }),
      ones: fc.array(fc.nat(15), { minLength: count, maxLength: count }),
    })
    .map(({ whole, dropped, ones }) =>
      dropped.map((from, i) =>
        whole.slice(i === 0 ? 0 : from).map((size, axis) => ((ones[i] >> axis) & 1 && i > 0 ? 1 : size)),
      ),
    )

const check = (
  count: number,
  make: (inputs: Given[], seed: number) => Omit<OperatorCase, 'seed'>,
  draw?: (random: RandomStream) => number,
) =>
  fc.assert(
    fc.asyncProperty(shapes(count), fc.nat(1000), fc.boolean(), async (all, seed, symbolic) => {
      const inputs = all.map((shape): Given => ({ shape, ...(draw && { draw }) }))
      await expectGradient({ symbolic, ...make(inputs, seed), seed })
    }),
    { numRuns: 15 },
  )

describe('operators that broadcast, against central differences', () => {
  it.each(['Add', 'Sub', 'Mul'])('%s', (opType) => check(2, (inputs) => ({ opType, inputs })))
  it.each(['Div', 'Pow'])('%s', (opType) => check(2, (inputs) => ({ opType, inputs }), positive))
  it.each([2, 0.5, -1, 3])('Pow to the constant %s', (exponent) =>
    check(1, ([x]) => {
      const constant: Given = { shape: [], constant: { type: 'float64', values: [exponent] } }
      return { opType: 'Pow', inputs: [{ ...x, draw: positive }, constant] }
    }),
  )
  it.each(['Sum', 'Mean', 'Max', 'Min'])('%s of three', (opType) =>
    check(3, (inputs) => ({ opType, inputs, type: opType === 'Mean' ? 'float32' : 'float64' })),
  )
  it('PRelu', () =>
    check(
      2,
      (inputs) => ({ opType: 'PRelu', inputs, type: 'float32' }),
      // both sides of the kink at 0, which is no place for a difference
      (random) => (random.nextInt(2) ? 1 : -1) * positive(random),
    ))
  it('Where', () =>
    check(3, ([condition, a, b], seed) => {
      const values = condition.shape.reduce((product, size) => product * size, 1)
      const flags = Array.from({ length: values }, (_, i) => (i * 7 + seed) % 2)
      return {
        opType: 'Where',
        inputs: [{ shape: condition.shape, constant: { type: 'bool', values: flags } }, a, b],
        symbolic: false,
      }
    }))
  it('Clip, with bounds that may be inputs', () =>
    check(1, ([x]) => {
      const bound = (value: number): Given => ({ shape: [], draw: () => value })
      return { opType: 'Clip', inputs: [x, bound(-0.5123), bound(0.4321)] }
    }))
})

describe('products of matrices, against central differences', () => {
  const size = fc.integer({ min: 1, max: 3 })
  it('MatMul with leading axes that broadcast, and with vectors', () =>
    fc.assert(
      fc.asyncProperty(
        shapes(2),
        size,
        size,
        size,
        fc.nat(3),
        fc.nat(100),
        fc.boolean(),
        async ([lead, other], m, k, n, form, seed, symbolic) => {
          const left = form === 1 ? [k] : [...lead, m, k]
          const right = form === 2 ? [k] : [...other, k, n]
          await expectGradient({
            opType: 'MatMul',
            inputs: [{ shape: left }, { shape: right }],
            seed,
            symbolic: symbolic && form === 0,
          })
        },
      ),
      { numRuns: 40 },
    ))

  it('Gemm, transposed or not, scaled, with a bias that broadcasts', () =>
    fc.assert(
      fc.asyncProperty(
        size,
        size,
        size,
        fc.nat(1),
        fc.nat(1),
        fc.nat(4),
        fc.nat(100),
        fc.boolean(),
        async (m, k, n, transA, transB, bias, seed, symbolic) => {
          const biases = [undefined, [], [n], [m, 1], [m, n]] as const
          const shape = biases[bias]
          await expectGradient({
            opType: 'Gemm',
            inputs: [
              { shape: transA ? [k, m] : [m, k] },
              { shape: transB ? [n, k] : [k, n] },
              ...(shape === undefined ? [] : [{ shape }]),
            ],
            attributes: { transA, transB, alpha: { float: 0.5 }, beta: { float: 2 } },
            seed,
            symbolic,
          })
        },
      ),
      { numRuns: 40 },
    ))
})
