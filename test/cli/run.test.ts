import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readResults } from '../../src/results/file.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()

describe.skipIf(!REAL)('run, from spec to report, with a real recogniser (needs ../shared/real)', () => {
  const descriptor = join(folder, 'mobilefacenet.yaml')
  writeFileSync(
    descriptor,
    stringify({
      name: 'MobileFaceNet',
      role: 'recogniser',
      file: join(REAL ?? '', 'mobilefacenet.onnx'),
      licence: 'Apache-2.0',
      batch: { min: 1, max: 1 },
      input: { name: 'input0', mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
      output: { name: 'output0', size: 128 },
    }),
  )
  const paths = join(folder, 'paths.yaml')
  writeFileSync(
    paths,
    stringify({
      models: { mobilefacenet: descriptor },
      testSets: { 'real-pairs': { path: join(REAL ?? '', 'pairs.csv'), images: join(REAL ?? '', 'images') } },
    }),
  )
  const out = join(folder, 'real.json')
  const run = () =>
    cli(
      'run',
      'benchmarks/real-photographs.yaml',
      '--paths',
      paths,
      '--out',
      out,
      '--report',
      join(folder, 'report'),
      '--cache',
      join(folder, 'cache'),
      '--quiet',
    )

  it('measures what the spec names, and says where results and report are', async () => {
    const { status, stdout } = run()
    expect(status).toBe(0)
    expect(stdout.trim().split('\n')).toEqual([out, join(folder, 'report', 'index.html')])
    const results = await readResults(out)
    expect(results.evaluations).toHaveLength(1)
    expect(results.evaluations[0].accuracy).toBeCloseTo(0.9766667, 6)
    expect(results.provenance.threads).toBeGreaterThan(0)
    expect(results.models[0]).toMatchObject({ id: 'mobilefacenet', licence: 'Apache-2.0', demo: false })
    expect(results.testSets[0].fingerprint).toMatch(/^[0-9a-f]{64}$/)
    expect(existsSync(`${out}.partial`)).toBe(false)
  })

  it('renders the same bytes from the same results', () => {
    const page = readFileSync(join(folder, 'report', 'index.html'))
    const picture = readFileSync(join(folder, 'report', 'figures', 'roc-real-pairs.png'))
    expect(cli('report', out, '--out', join(folder, 'again')).status).toBe(0)
    expect(readFileSync(join(folder, 'again', 'index.html')).equals(page)).toBe(true)
    expect(readFileSync(join(folder, 'again', 'figures', 'roc-real-pairs.png')).equals(picture)).toBe(true)
  })
})

describe('run, with what is not there', () => {
  it("lists what is missing with how to get it, and renders the paper's figures marked so", () => {
    const out = join(folder, 'table2.json')
    const { status, stderr } = cli(
      'run',
      'benchmarks/table2.yaml',
      '--out',
      out,
      '--report',
      join(folder, 'table2'),
      '--cache',
      folder,
    )
    expect(status).toBe(0)
    expect(stderr).toMatch(
      /missing model 'hsface300k': .*models pull hsface300k.*huggingface\.co\/BooBooWu\/Vec2Face/,
    )
    expect(stderr).toMatch(/missing test set 'cfp-fp': cfp_fp\.bin/)
    const latex = readFileSync(join(folder, 'table2', 'tables', 'table2.tex'), 'utf8')
    expect(latex).toContain('\\textit{99.30}\\textdagger{}')
    expect(latex).toContain('\\toprule')
    const csv = readFileSync(join(folder, 'table2', 'tables', 'table2.csv'), 'utf8')
    expect(csv).toMatch(/table2,HSFace300K,false,300000,15000000,Avg,,,,,93\.52,/)
  })

  it.each([
    [
      'an unknown key',
      'name: a\ntitle: A\ntabels: []\n',
      /:3: unknown key 'tabels'; the keys here are name, title/,
    ],
    [
      'a table without its CSV',
      'name: a\ntitle: A\ntables:\n  - { id: t, title: T, paper: none.csv, columns: { lfw: LFW } }\n',
      /none\.csv: no such file/,
    ],
  ])('%s: one clear line', (_, text, message) => {
    const spec = join(folder, 'spec.yaml')
    writeFileSync(spec, text)
    const outcome = cli('run', spec, '--out', join(folder, 'x.json'), '--cache', folder)
    expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
    expect(outcome.stderr).toMatch(message)
  })

  it('says that results are of another version, or none at all', () => {
    const file = join(folder, 'future.json')
    writeFileSync(file, JSON.stringify({ schema: 'vec2face-bench/results', version: 99 }))
    expect(cli('report', file).stderr).toMatch(
      /results of schema version 99; this program reads version 3; update/,
    )
    writeFileSync(file, '{}')
    expect(isOneClearLine(cli('report', file))).toBe(true)
  })
})
