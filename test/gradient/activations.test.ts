import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ACTIVATIONS } from '../../src/gradient/rules/activations.js'
import { RULES } from '../../src/gradient/rules/index.js'
import type { Attributes } from '../../src/onnx/attribute.js'
import type { RandomStream } from '../../src/random/philox.js'
import { expectGradient, type OperatorCase } from './central-differences.js'

const positive = (random: RandomStream) => 0.3 + Math.abs(random.nextNormal())
const inside = (random: RandomStream) => Math.tanh(random.nextNormal()) * 0.9
/** not near a place where the slope jumps */
const away =
  (...places: number[]) =>
  (random: RandomStream): number => {
    const x = random.nextNormal() * 2
    return places.some((place) => Math.abs(x - place) < 0.1) ? x + 0.3 : x
  }

interface Case {
  readonly draw?: (random: RandomStream) => number
  readonly attributes?: Attributes
  readonly type?: 'float32' | 'float64'
  readonly opset?: number
}

/** where onnxruntime has no kernel for float64 the numbers are float32 */
const single = { type: 'float32' } as const

const CASES: Readonly<Record<string, Case>> = {
  Identity: {},
  Neg: {},
  Abs: { draw: away(0) },
  Reciprocal: { draw: positive },
  Sqrt: { draw: positive },
  Exp: {},
  Log: { draw: positive },
  Sin: {},
  Cos: single,
  Tan: { ...single, draw: inside },
  Asin: { ...single, draw: (random) => inside(random) * 0.8 },
  Acos: { ...single, draw: (random) => inside(random) * 0.8 },
  Atan: single,
  Sinh: single,
  Cosh: single,
  Asinh: single,
  Acosh: { ...single, draw: (random) => 1.5 + positive(random) },
  Atanh: { ...single, draw: (random) => inside(random) * 0.7 },
  Erf: single,
  Tanh: {},
  Sigmoid: {},
  Softplus: single,
  Softsign: { ...single, draw: positive },
  Relu: { draw: away(0) },
  LeakyRelu: { ...single, draw: away(0), attributes: { alpha: { float: 0.2 } } },
  ThresholdedRelu: { ...single, draw: away(0.7), attributes: { alpha: { float: 0.7 } } },
  Elu: { ...single, draw: away(0), attributes: { alpha: { float: 0.7 } } },
  Celu: { ...single, draw: away(0), attributes: { alpha: { float: 0.7 } } },
  Selu: { ...single, draw: away(0) },
  HardSigmoid: { ...single, draw: away(-2.5, 2.5) },
  HardSwish: { ...single, draw: away(-3, 3) },
  Mish: { ...single, opset: 18 },
  Gelu: { ...single, opset: 20 },
  Cast: { attributes: { to: 11 } },
}

describe('operators on each number by itself, against central differences', () => {
  it('every one has a case', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(Object.keys(ACTIVATIONS).toSorted())
    for (const name of Object.keys(ACTIVATIONS)) expect(RULES[name]).toBe(ACTIVATIONS[name])
  })

  it.each(Object.entries(CASES))('%s', async (opType, { draw, ...rest }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        fc.nat(1000),
        fc.boolean(),
        async (shape, seed, symbolic) => {
          const given = { shape, ...(draw !== undefined && { draw }) }
          const test: OperatorCase = { opType, inputs: [given], seed, symbolic, ...rest }
          await expectGradient(test)
        },
      ),
      { numRuns: 6 },
    )
  })

  it('Gelu by a hyperbolic tangent', async () => {
    const attributes = { approximate: 'tanh' }
    await expectGradient({ opType: 'Gelu', inputs: [{ shape: [7] }], attributes, ...single, opset: 20 })
  })
})
