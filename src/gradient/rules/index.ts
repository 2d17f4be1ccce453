import type { Rules } from '../rule.js'
import { ACTIVATIONS } from './activations.js'
import { ARITHMETIC } from './arithmetic.js'
import { CONVOLUTION } from './convolution.js'
import { DROPOUT } from './dropout.js'
import { NORMALISATION } from './normalisation.js'
import { POOLING } from './pooling.js'
import { PRODUCTS } from './products.js'
import { REDUCTIONS } from './reductions.js'
import { RESHAPING } from './reshaping.js'
import { RESIZE } from './resize.js'
import { SELECTION } from './selection.js'
import { SOFTMAX } from './softmax.js'
import { TRIANGULAR } from './triangular.js'

/** All rules by the operators that they are for. To add one: docs/adding-a-gradient-rule.md. */
export const RULES: Rules = {
  ...ACTIVATIONS,
  ...ARITHMETIC,
  ...PRODUCTS,
  ...CONVOLUTION,
  ...POOLING,
  ...NORMALISATION,
  ...SOFTMAX,
  ...REDUCTIONS,
  ...RESHAPING,
  ...SELECTION,
  ...RESIZE,
  ...TRIANGULAR,
  ...DROPOUT,
}

/** The oldest operator set whose operators the rules are written in. */
export const OLDEST_OPSET = 11

/** Operators that tell of shapes: no gradient goes through them, and nobody expects one. */
export const TELLS_SHAPES: ReadonlySet<string> = new Set(['Shape', 'Size', 'ConstantOfShape', 'EyeLike'])

/** Operators whose result is constant where it doesn't jump: no gradient goes through them. */
export const STOPS: ReadonlySet<string> = new Set([
  ...TELLS_SHAPES,
  'ArgMax',
  'ArgMin',
  'Ceil',
  'Floor',
  'Round',
  'Sign',
  'Hardmax',
  'NonZero',
  'OneHot',
  'RandomNormalLike',
  'RandomUniformLike',
  'Bernoulli',
  'QuantizeLinear',
])
