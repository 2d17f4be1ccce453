import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gradient } from '../../src/gradient/gradient.js'
import { RULES } from '../../src/gradient/rules/index.js'
import { expectGradient, networkOf, type OperatorCase } from './central-differences.js'
import { SHRINK } from './example-rule.js'

const page = readFileSync(new URL('../../docs/adding-a-gradient-rule.md', import.meta.url), 'utf8')
const overview = readFileSync(new URL('../../docs/gradient.md', import.meta.url), 'utf8')

describe('docs/adding-a-gradient-rule.md', () => {
  const example = readFileSync(new URL('example-rule.ts', import.meta.url), 'utf8')
  const list = readFileSync(new URL('../../src/gradient/rules/index.ts', import.meta.url), 'utf8')

  it('shows the example as it is, and lines as the list has them', () => {
    const shown = example.replaceAll('../../src/gradient/', '../').replaceAll('../../src/', '../../')
    expect(page).toContain(`\`\`\`ts\n${shown}\`\`\``)
    for (const line of ["import { SOFTMAX } from './softmax.js'", '  ...SOFTMAX,']) {
      expect(list).toContain(line)
      expect(page).toContain(line.replaceAll('SOFTMAX', 'SHRINK').replace('softmax', 'shrink'))
    }
  })

  it('the example is the gradient, once it is in the list', async () => {
    const test: OperatorCase = {
      opType: 'Shrink',
      inputs: [{ shape: [4, 5], draw: (random) => 0.25 + random.nextInt(4) / 2 - 1 }],
      attributes: { lambd: { float: 0.5 }, bias: { float: 0.2 } },
      type: 'float32',
    }
    const { graph } = networkOf(test)
    expect(() => gradient(graph, { of: 'y', withRespectTo: ['x0'] })).toThrow(
      /no rule for the gradient of Shrink/,
    )
    Object.assign(RULES, SHRINK)
    await expectGradient(test)
  })
})

describe('docs/gradient.md', () => {
  it('names every operator that has a rule, and no other', () => {
    const table = overview
      .split('\n')
      .filter((line) => line.startsWith('|'))
      .join('\n')
    const named = [...table.matchAll(/`([A-Z]\w+)`/g)].map(([, name]) => name)
    expect(named.toSorted()).toEqual(
      Object.keys(RULES)
        .filter((name) => !(name in SHRINK))
        .toSorted(),
    )
  })
})
