import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { withOldNames } from '../../src/compare/renamed.js'
import type { Results } from '../../src/results/schema.js'
import { cli, type Outcome } from '../cli/cli.js'
import { scratchFolder } from '../scratch.js'
import { ONE_POINT_LOST, simulatePair } from './simulated-runs.js'

const folder = scratchFolder()
const save = (name: string, content: unknown): string => {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}
const { base, next } = simulatePair(3, { lfw: ONE_POINT_LOST })
const baseFile = save('base.json', base)
const newFile = save('new.json', next)
const quick = save('quick.yaml', 'resamples: 100\n')

/** One line on stderr that begins with `error:`, exit code 2, no stack trace. */
function couldNot({ status, stderr }: Outcome): boolean {
  return status === 2 && /^error: [^\n]+\n$/.test(stderr)
}

describe('compare', () => {
  const outputs = (suffix: string): string[] => {
    const [markdown, junit] = [join(folder, `c${suffix}.md`), join(folder, `c${suffix}.xml`)]
    const summary = save(`summary${suffix}.md`, 'before\n')
    const main = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))
    const run = spawnSync(
      process.execPath,
      [
        main,
        'compare',
        baseFile,
        newFile,
        '--policy',
        quick,
        '--markdown',
        markdown,
        '--junit',
        junit,
        '--github',
      ],
      { encoding: 'utf8', env: { ...process.env, GITHUB_STEP_SUMMARY: summary } },
    )
    expect(run.status, run.stderr).toBe(1)
    return [run.stdout, ...[markdown, junit, summary].map((path) => readFileSync(path, 'utf8'))]
  }
  const first = outputs('1')

  it('takes another recogniser for the old one where it is told so; else it says how', () => {
    const renamed = withOldNames(next, [{ old: 'another', name: 'recogniser' }], 'new.json')
    const other = save('other.json', renamed)
    const unlike = cli('compare', baseFile, other, '--policy', quick)
    expect([unlike.status, unlike.stderr]).toEqual([2, expect.stringContaining('--renamed OLD=NEW')])
    const alike = cli('compare', baseFile, other, '--policy', quick, '--renamed', 'recogniser=another')
    expect(alike.status).toBe(1)
    expect(alike.stdout).toMatch(/accuracy of recogniser on lfw +94\.80 +93\.58/)
    const unknown = cli('compare', baseFile, other, '--renamed', 'recogniser=nobody')
    expect(couldNot(unknown), unknown.stderr).toBe(true)
    expect(unknown.stderr).toContain("nothing is called 'nobody'")
  })

  it('exits with 1 at a regression, and says changes first', () => {
    const [stdout] = first
    expect(stdout.indexOf('changed between the runs')).toBe(0)
    expect(stdout).toMatch(/\nworse\n.*\n +accuracy of recogniser on lfw +94\.80 +93\.58 +−1\.22/)
    expect(
      Math.max(
        ...stdout
          .split('\n')
          .filter((line) => !line.startsWith('::'))
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(100)
    expect(stdout).toMatch(/Regression in 1 of \d+ metrics/)
    expect(stdout).toMatch(/^::error title=Regression%3A accuracy of recogniser on lfw::94\.80 -> 93\.58/m)
    expect(stdout).not.toContain('\u001b')
  })

  it('writes Markdown with the regression in bold, and adds it to the step summary', () => {
    const [, markdown, , summary] = first
    expect(markdown).toMatch(/^## Regression in 1 of/)
    expect(markdown).toMatch(/\| \*\*worse\*\* \| accuracy of recogniser on lfw \|/)
    expect(summary).toBe(`before\n${markdown}`)
  })

  it('writes JUnit with one failure', () => {
    const junit = first[2]
    expect(junit.match(/<failure /g)).toHaveLength(1)
    expect(junit).toMatch(/tests="(\d+)" failures="1" errors="0"/)
    expect(junit.match(/<testcase /g)).toHaveLength(Number(/tests="(\d+)"/.exec(junit)?.[1]))
  })

  it('gives the same bytes for the same input', () => {
    expect(outputs('2')).toEqual(first)
  })

  it('exits with 0 without one, and prints JSON for machines', () => {
    const run = cli('compare', baseFile, baseFile, '--policy', quick, '--json')
    expect(run.status, run.stderr).toBe(0)
    const printed = JSON.parse(run.stdout) as { outcome: string; metrics: unknown[] }
    expect(printed).toMatchObject({ outcome: 'fine', alpha: 0.005 })
    expect(printed.metrics).toHaveLength(6)
  })

  const lacking: Results = { ...next, evaluations: [] }
  const otherPairs: Results = {
    ...next,
    testSets: next.testSets.map((set) => ({ ...set, fingerprint: 'f'.repeat(64) })),
  }
  it.each<[string, Results, RegExp]>([
    [
      'different pairs',
      otherPairs,
      /^not compared: recogniser on lfw: different pairs: the test set's files differ.*\n$/,
    ],
    ['missing rows', lacking, /^not compared: recogniser on lfw: the new results lack it\n$/],
  ])('%s: one clear line and exit code 2', (name, results, line) => {
    const run = cli('compare', baseFile, save(`${name}.json`, results), '--policy', quick)
    expect(run.status).toBe(2)
    expect(run.stderr).toMatch(line)
  })

  it.each<[string, () => string[], RegExp]>([
    [
      "a baseline that isn't there",
      () => [join(folder, 'nowhere.json'), newFile],
      /nowhere\.json: no such file/,
    ],
    [
      'another schema version',
      () => [save('v9.json', { ...base, version: 9 }), newFile],
      /v9\.json: results of schema version 9; this program reads version 3; update vec2face-bench/,
    ],
    [
      'distances that were cut off',
      () => {
        const [first] = next.evaluations
        const cut = { ...next, evaluations: [{ ...first, distances: first.distances.slice(0, 400) }] }
        return [baseFile, save('cut.json', cut)]
      },
      /cut\.json: the results are damaged: recogniser on lfw has 75 distances for 6000 pairs; run the spec again/,
    ],
    ['something else', () => [save('else.json', '{}'), newFile], /else\.json: not the results of a run/],
    [
      'a run given twice',
      () => [baseFile, newFile, '--base', save('copy.json', base)],
      /copy\.json: the same run as .*base\.json/,
    ],
    [
      'two runs of a side that contradict each other',
      () => [baseFile, newFile, '--base', newFile],
      /recogniser on lfw was measured differently/,
    ],
    [
      'a policy with an unknown metric',
      () => [baseFile, newFile, '--policy', save('unknown.yaml', 'metrics: { acuracy: { tolerance: 1 } }')],
      /unknown\.yaml: unknown metric 'acuracy'; the metrics of these results are accuracy, /,
    ],
    [
      'a policy with an unknown key',
      () => [baseFile, newFile, '--policy', save('key.yaml', 'metrics:\n  accuracy: { tolerence: 1 }')],
      /key\.yaml:2: .*unknown key 'tolerence'/,
    ],
    ['one side only', () => [baseFile], /two sides are needed; name BASE\.json and NEW\.json/],
    ['a wrong option', () => [baseFile, newFile, '--jnuit', 'x'], /unknown option '--jnuit'/],
  ])('%s: one clear line and exit code 2', (name, args, message) => {
    const run = cli('compare', ...args())
    expect(run.stderr).toMatch(message)
    expect(run.status).toBe(2)
    if (name !== 'a wrong option') expect(couldNot(run), run.stderr).toBe(true)
  })
})

describe('trend', () => {
  it('draws every metric over the runs of a folder, the same bytes each time', () => {
    const history = scratchFolder()
    const start = (results: Results, day: number): Results => ({
      ...results,
      provenance: { ...results.provenance, started: `2026-01-0${day}T00:00:00.000Z` },
    })
    writeFileSync(join(history, 'a.json'), JSON.stringify(start(next, 2)))
    writeFileSync(join(history, 'b.json'), JSON.stringify(start(base, 1)))
    const page = (name: string): string => {
      const run = cli('trend', history, '--out', join(folder, name))
      expect(run.status, run.stderr).toBe(0)
      return readFileSync(run.stdout.trim(), 'utf8')
    }
    const html = page('t1')
    expect(html).toMatch(/>94\.80<.*>93\.58</s)
    expect(html.indexOf('>b.json<')).toBeLessThan(html.indexOf('>a.json<'))
    expect(page('t2')).toBe(html)
  })

  it('refuses a run that is there twice', () => {
    const history = scratchFolder()
    for (const name of ['a.json', 'b.json']) writeFileSync(join(history, name), JSON.stringify(base))
    const run = cli('trend', history, '--out', join(folder, 'twice'))
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(/^error: .*b\.json: the same run as .*a\.json; name every run once\n$/)
  })
})
