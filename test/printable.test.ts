import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareRuns } from '../src/compare/compare-runs.js'
import { DEFAULT_POLICY } from '../src/compare/policy.js'
import { printable, printableJson } from '../src/printable.js'
import { githubAnnotations } from '../src/report/regression/annotations.js'
import { comparisonJunit } from '../src/report/regression/junit.js'
import { comparisonMarkdown } from '../src/report/regression/markdown.js'
import { datasetOf, resultsOf } from './compare/simulated-runs.js'

/** What steers a terminal, or is no character of XML. */
const STEERING = /[^\P{Cc}\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/u

describe('text from anywhere', () => {
  it('becomes one line without anything that steers, and is the same when it goes through twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const shown = printable(text)
        expect(shown).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
        expect(printable(shown)).toBe(shown)
      }),
    )
  })

  it('is cut to its beginning and its end', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 100 }), (text) => {
        const shown = printable(text, 30)
        expect(shown.length).toBeLessThanOrEqual(30)
        expect(printable(shown)).toBe(shown)
      }),
    )
  })

  it('in JSON says the same', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const json = printableJson(JSON.stringify({ text }, undefined, 2))
        expect(JSON.parse(json)).toEqual({ text })
        expect(json).not.toMatch(STEERING)
      }),
    )
  })
})

it('a comparison shows names as text in every form', () => {
  const metric = {
    family: 'FID\u0007',
    parameters: {},
    value: 1,
    standardError: 0.1,
    better: 'lower' as const,
  }
  const runOf = (value: number) => [
    {
      path: 'a.json',
      results: resultsOf({ datasets: [datasetOf('evil\u001b[2J\u202e', [{ ...metric, value }])] }),
    },
  ]
  const comparison = compareRuns(runOf(1), runOf(9), { policy: DEFAULT_POLICY })
  const forms = [comparisonJunit(comparison), comparisonMarkdown(comparison)]
  for (const text of forms) {
    expect(text).not.toMatch(STEERING)
    expect(text).toContain('x1b')
  }
  // These are printed, which escapes them.
  expect(
    githubAnnotations(comparison)
      .map((line) => printable(line))
      .join(),
  ).not.toMatch(STEERING)
})
