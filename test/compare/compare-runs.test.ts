import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../src/compare/compare-runs.js'
import { DEFAULT_POLICY, policySchema } from '../../src/compare/policy.js'
import { RandomStream } from '../../src/random/philox.js'
import type { Metric, Results } from '../../src/results/schema.js'
import { datasetOf, NINE_SETS, ONE_POINT_LOST, resultsOf, simulatePair, UNCHANGED } from './simulated-runs.js'

const QUICK = policySchema.parse({ resamples: 100 })
const compare = (base: Results, next: Results, policy = QUICK) =>
  compareRuns([{ path: 'base.json', results: base }], [{ path: 'new.json', results: next }], { policy })
const small = { ...UNCHANGED, pairs: 1000 }

describe('verdicts on accuracies', () => {
  it('catches a true drop of one point, and calls the way back better', () => {
    const { base, next } = simulatePair(3, { lfw: ONE_POINT_LOST })
    const drop = compare(base, next)
    expect(drop.outcome).toBe('regression')
    expect(drop.metrics[0]).toMatchObject({ metric: 'accuracy', verdict: 'worse', regression: true })
    const back = compare(next, base)
    expect(back.outcome).toBe('fine')
    expect(back.metrics[0]).toMatchObject({ verdict: 'better', regression: false })
  })

  it('calls the same results the same within noise', () => {
    const { base } = simulatePair(3, { lfw: UNCHANGED })
    const { metrics, changes, outcome } = compare(base, base)
    expect(outcome).toBe('fine')
    expect(changes).toEqual([])
    expect(new Set(metrics.map(({ verdict }) => verdict))).toEqual(new Set(['same']))
  })

  it('has too little data to say with 100 pairs, though none differs', () => {
    const { base } = simulatePair(3, { lfw: { ...UNCHANGED, pairs: 100 } })
    expect(compare(base, base).metrics[0].verdict).toBe('unclear')
  })

  it('tolerates what the policy tolerates, and only watches what does not gate', () => {
    const { base, next } = simulatePair(3, { lfw: ONE_POINT_LOST })
    const tolerant = policySchema.parse({ resamples: 100, metrics: { accuracy: { tolerance: 0.03 } } })
    expect(compare(base, next, tolerant).outcome).toBe('fine')
    const watching = policySchema.parse({ resamples: 100, metrics: { accuracy: { gate: false } } })
    const watched = compare(base, next, watching)
    expect(watched.outcome).toBe('fine')
    expect(watched.metrics[0]).toMatchObject({ verdict: 'worse', regression: false })
  })

  it('gives the same bytes for the same input', () => {
    const { base, next } = simulatePair(5, { lfw: small })
    expect(JSON.stringify(compare(base, next))).toBe(JSON.stringify(compare(base, next)))
  })
})

describe('chance (seeds are fixed: 15 runs here, 1,000 in benchmarks/perf/compare-false-alarms.ts)', () => {
  const outcomes = (runs: number, behaviours: Parameters<typeof simulatePair>[1]) =>
    Array.from({ length: runs }, (_, seed) => {
      const { base, next } = simulatePair(1000 + seed, behaviours)
      return compareRuns([{ path: 'base', results: base }], [{ path: 'new', results: next }], {
        policy: QUICK,
        roc: false,
      }).outcome
    })

  it('raises nothing over nine unchanged test sets', () => {
    const sets = Object.fromEntries(NINE_SETS.map((id) => [id, { ...UNCHANGED, pairs: 600 }]))
    expect(outcomes(15, sets).filter((outcome) => outcome === 'regression')).toHaveLength(0)
  })

  it('catches one lost point of 6,000 pairs in nine of ten runs', () => {
    const caught = outcomes(20, { lfw: ONE_POINT_LOST }).filter((outcome) => outcome === 'regression')
    expect(caught.length).toBeGreaterThanOrEqual(18)
  })
})

describe('datasets', () => {
  const withMetric = (metric: Metric, machine = 'simulated') => {
    const results = resultsOf({ datasets: [datasetOf('hsface', [metric])] })
    return { ...results, provenance: { ...results.provenance, processor: machine } }
  }
  const verdictOf = (base: Results, next: Results, policy = QUICK) =>
    compare(base, next, policy).metrics[0].verdict
  const fid = (value: number, standardError?: number): Results =>
    withMetric({
      family: 'fid',
      parameters: {},
      value,
      better: 'lower',
      ...(standardError !== undefined && { standardError }),
    })

  it('holds a metric against its sampling error', () => {
    expect(verdictOf(fid(12, 0.1), fid(13, 0.1))).toBe('worse')
    expect(verdictOf(fid(13, 0.1), fid(12, 0.1))).toBe('better')
    expect(verdictOf(fid(12, 0.1), fid(12.1, 0.1))).toBe('same')
    expect(verdictOf(fid(12, 2), fid(13, 2))).toBe('unclear')
  })

  it('can not say without a sampling error, unless the policy has a tolerance', () => {
    const tolerant = policySchema.parse({ metrics: { fid: { tolerance: 0.5 } } })
    expect(verdictOf(fid(12), fid(12.4))).toBe('unclear')
    expect(verdictOf(fid(12), fid(12.4), tolerant)).toBe('same')
    expect(verdictOf(fid(12), fid(12.6), tolerant)).toBe('worse')
  })

  const speed = (factor: number, machine?: string): Results => {
    const random = new RandomStream(9, 'timings')
    const samples = Array.from({ length: 15 }, () => factor * (100 + random.nextNormal()))
    const value = samples.toSorted((a, b) => a - b)[7]
    return withMetric(
      { family: 'imagesPerSecond', parameters: {}, value, samples, better: 'higher' },
      machine,
    )
  }

  it('compares speeds by ranks, a tenth of tolerance, and not across machines', () => {
    expect(verdictOf(speed(1), speed(0.8))).toBe('worse')
    expect(verdictOf(speed(1), speed(0.95))).toBe('same')
    expect(verdictOf(speed(1), speed(1.2))).toBe('better')
    const elsewhere = compare(speed(1), speed(0.5, 'another'))
    expect(elsewhere.metrics[0]).toMatchObject({ verdict: 'unclear', regression: false })
    expect(elsewhere.changes.map(({ what }) => what)).toContain('machine')
  })
})

describe('what is no regression', () => {
  const { base, next } = simulatePair(5, { lfw: small, agedb: small })

  it('says a changed model first, and compares it', () => {
    expect(compare(base, next)).toMatchObject({
      outcome: 'fine',
      changes: [{ what: 'model', subject: 'recogniser' }],
    })
  })

  it('does not compare different pairs, another protocol or missing rows, and says so', () => {
    const others: Results = {
      ...next,
      testSets: [{ ...next.testSets[0], fingerprint: 'f'.repeat(64) }, next.testSets[1]],
      evaluations: [
        next.evaluations[0],
        {
          ...next.evaluations[1],
          protocol: { ...next.evaluations[1].protocol, flip: false },
        },
      ],
    }
    const found = compare(base, others)
    expect(found.outcome).toBe('could not compare')
    expect(found.notCompared.map(({ reason }) => reason)).toEqual([
      expect.stringMatching(/^different pairs: the test set's files differ/),
      'another protocol: flip true -> false (verify both with the same flags, or the same spec)',
    ])
    const fewer = { ...next, evaluations: next.evaluations.slice(1) }
    expect(compare(base, fewer)).toMatchObject({
      outcome: 'could not compare',
      notCompared: [{ subject: 'recogniser on lfw', reason: 'the new results lack it' }],
    })
    expect(compare(base, fewer, { ...DEFAULT_POLICY, requireAll: false }).outcome).toBe('fine')
  })
})
