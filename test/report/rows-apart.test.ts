import { describe, expect, it } from 'vitest'
import { sha256 } from '../../src/bytes/hashing.js'
import { modelOf, resultsOf } from '../compare/simulated-runs.js'
import { type Measurement, runOf, tablesOf } from './measured-rows.js'

describe('what tells rows apart', () => {
  const usual: Measurement = {
    model: 'net',
    network: '1',
    testSet: 'lfw',
    file: 'a',
    flip: true,
    mean: 0.5,
    day: 1,
  }
  const namesOf = (...others: Partial<Measurement>[]): string[] =>
    tablesOf([usual, ...others.map((other) => ({ ...usual, ...other }))].map(runOf)).flatMap(({ rows }) =>
      rows.map(({ name }) => name),
    )
  const hash = (text: string): string => sha256(text).slice(0, 12)

  it('is nothing where there is one', () => {
    expect(namesOf()).toEqual(['net'])
  })
  it('is the network, where two have one name', () => {
    expect(namesOf({ network: '2' })).toEqual([
      `net (network ${hash('net1')})`,
      `net (network ${hash('net2')})`,
    ])
  })
  it('is the option of the protocol', () => {
    expect(namesOf({ flip: false })).toEqual(['net (flip)', 'net (no flip)'])
  })
  it('is how images went in', () => {
    expect(namesOf({ mean: 0.25 })).toEqual([
      'net (input.mean 0.5,0.5,0.5)',
      'net (input.mean 0.25,0.25,0.25)',
    ])
  })
  it("is the test set's file", () => {
    expect(namesOf({ file: 'b' })).toEqual([
      `net (lfw file ${hash('lfwa')})`,
      `net (lfw file ${hash('lfwb')})`,
    ])
  })
  it('is the place in a grid', () => {
    expect(namesOf({ axes: { sigma: 0.3 } }, { axes: { sigma: 0.5 } })).toEqual([
      'net',
      'net (sigma 0.3)',
      'net (sigma 0.5)',
    ])
  })
  it('is nothing where a run was repeated and found the same', () => {
    expect(namesOf({ day: 2 })).toEqual(['net'])
  })
  it('is the run, where the same was measured with other numbers', () => {
    const [one, other] = [runOf(usual), runOf({ ...usual, day: 2 })]
    const changed = { ...other, evaluations: other.evaluations.map((it) => ({ ...it, accuracy: 0.123 })) }
    const names = tablesOf([one, changed]).flatMap(({ rows }) => rows.map(({ name }) => name))
    expect(names).toEqual([
      'net (started 2026-01-01T00:00:00.000Z)',
      'net (started 2026-01-02T00:00:00.000Z)',
    ])
  })
  it('one row holds what several runs measured alike on other test sets', () => {
    expect(namesOf({ testSet: 'agedb', day: 2 })).toEqual(['net'])
  })
})
it('two networks of one id in one run could not be told apart: results refuse them', async () => {
  const { contradictionIn } = await import('../../src/results/consistency.js')
  const results = resultsOf({ models: [modelOf('net', '1'), modelOf('net', '2')] })
  expect(contradictionIn(results)).toBe("there are two models 'net'")
})
