import { join } from 'node:path'
import { fairTail } from '../../src/compare/binomial.js'
import { aboveProbability } from '../../src/compare/rank-test.js'
import { normalTail } from '../../src/evaluate/normal.js'
import { runPython } from '../../test/python.js'
import type { Check } from './check.js'

interface Reference {
  readonly binomial: readonly (readonly [number, number, number])[]
  readonly normal: readonly (readonly [number, number])[]
  readonly ranks: readonly { readonly a: number[]; readonly b: number[]; readonly p: number }[]
}

let asked: Reference | undefined

function askOnce(): Reference {
  asked ??= JSON.parse(runPython([join('test', 'compare', 'reference.py')]).toString()) as Reference
  return asked
}

function check(name: string, source: string, pairs: (of: Reference) => (readonly [number, number])[]): Check {
  return {
    name,
    reference: source,
    unit: 'relative',
    tolerance: 1e-9,
    needs: ['scipy'],
    compare: async () => {
      const found = pairs(askOnce())
      const difference = Math.max(...found.map(([ours, theirs]) => Math.abs(ours / theirs - 1)))
      return { difference, of: `${found.length} values` }
    },
  }
}

export const STATISTICS_CHECKS: readonly Check[] = [
  check('Mann-Whitney test, exact', 'SciPy, mannwhitneyu', ({ ranks }) =>
    ranks.map(({ a, b, p }) => [aboveProbability(a, b), p] as const),
  ),
  check('binomial tail at 1/2', 'SciPy, binom.sf', ({ binomial }) =>
    binomial.map(([n, k, p]) => [fairTail(n, k), p] as const),
  ),
  check('normal tail', 'SciPy, norm.sf', ({ normal }) => normal.map(([z, p]) => [normalTail(z), p] as const)),
]
