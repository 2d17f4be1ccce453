import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareRuns } from '../../src/compare/compare-runs.js'
import { familyWords, metricWords } from '../../src/measures/metric-words.js'
import { comparisonText } from '../../src/report/regression/text.js'
import { writeReport } from '../../src/report/render.js'
import { readResults } from '../../src/results/file.js'
import { metricName } from '../../src/results/metric.js'
import { readRuns } from '../../src/results/runs.js'
import { scratchFolder } from '../scratch.js'

const BASELINE = 'benchmarks/baselines/quickstart.json'
/** What only a program wants to read. */
const MACHINE = /@|\w=|[a-z][A-Z]/

describe('metrics in words', () => {
  it.each([
    ['separable', { threshold: 0.4 }, 'separable identities at 0.4'],
    ['unique', { threshold: 0.4 }, 'unique identities at 0.4'],
    ['imagesPerSecond', { batch: 1000 }, 'images a second at batch 1,000'],
    ['imagesPerSecond', {}, 'images a second'],
    ['asked quality reached', { target: 27, within: 0 }, 'asked quality of 27 reached'],
    ['asked quality reached', { target: 27, within: 1 }, 'asked quality of 27 reached or at most 1 below'],
    ['asked yaw reached', { target: 40, within: 5 }, 'asked yaw of 40° reached or at most 5° off'],
    ['asked yaw reached', { target: 'own', within: 5 }, "each image's asked yaw reached or at most 5° off"],
    ['variation within identities', { of: 'yaw' }, 'variation of yaw within identities'],
    ['auc', {}, 'AUC'],
    ['tar', { far: 0.0001 }, 'TAR at FAR 0.0001'],
    ['of another program', { someSize: 3, at: 0.5 }, 'of another program, at 0.5, some size 3'],
  ])('%s %o', (family, parameters, words) => {
    expect(metricWords({ family, parameters })).toBe(words)
    expect(metricWords({ family, parameters, by: 'r100' })).toBe(`${words}, by r100`)
    expect(metricWords({ family, parameters, by: 'r100' }, 'a set')).toBe(`${words} of a set, by r100`)
  })

  it.each([
    ['leaked images', { threshold: 0.7 }, 'images leaked from webface at 0.7'],
    ['leaked identities', { threshold: 0.7 }, 'identities of webface leaked at 0.7'],
    ['highest similarity', {}, 'highest similarity to webface'],
    ['FID', {}, 'FID to webface'],
    ['FID at infinity', { points: 15 }, 'FID at infinity to webface, from 15 distances'],
    ['KID', { subsets: 100, subsetSize: 1000 }, 'KID to webface, 100 subsets of 1,000'],
    ['density', { k: 5 }, 'density against webface, 5 neighbours'],
  ])('%s against a reference', (family, parameters, words) => {
    expect(metricWords({ family, parameters, against: 'webface' })).toBe(words)
  })

  it('a family is named without what it leaves open', () => {
    expect(['imagesPerSecond', 'separable', 'FID', 'no family'].map(familyWords)).toEqual([
      'images a second',
      'separable identities',
      'FID',
      'no family',
    ])
  })

  it('tell the metrics of a dataset apart, as their names do', async () => {
    const { datasets } = await readResults(BASELINE)
    for (const { metrics } of datasets) {
      expect(new Set(metrics.map((metric) => metricWords(metric))).size).toBe(
        new Set(metrics.map(metricName)).size,
      )
      for (const metric of metrics) expect(metricWords(metric)).not.toMatch(MACHINE)
    }
  })

  it('stand in a report and in a comparison', async () => {
    const results = await readResults(BASELINE)
    const folder = scratchFolder()
    await writeReport([results], folder, ['markdown'])
    const report = await readFile(join(folder, 'report.md'), 'utf8')
    const runs = await readRuns([BASELINE])
    const compared = comparisonText(compareRuns(runs, runs), true).flatMap(({ rows }) =>
      rows.map(({ cells: [name] }) => name),
    )
    for (const { name, metrics } of results.datasets) {
      for (const metric of metrics) {
        expect(report).toContain(`| ${metricWords(metric)} |`)
        expect(compared).toContain(`${metricWords(metric, name)} (demo)`)
      }
    }
    expect(compared.filter((name) => MACHINE.test(name))).toEqual([])
  })
})
