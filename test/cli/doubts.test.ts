import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { stringify } from 'yaml'
import { readResults } from '../../src/results/file.js'
import { scratchFolder } from '../scratch.js'
import { REAL, REAL_FLAGS } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()

describe.skipIf(!REAL)('what may make a number wrong (needs ../shared/real)', () => {
  const model = join(REAL ?? '', 'mobilefacenet.onnx')
  // the list names each of the 25 images once: a tenth of the work of real-pairs.bin
  const pairs = join(REAL ?? '', 'pairs.csv')
  const common = [
    '--images',
    join(REAL ?? '', 'images'),
    '--no-flip',
    '--quiet',
    '--cache',
    join(folder, 'cache'),
  ]
  const accuracy = (...flags: string[]) => {
    const run = cli('verify', '--model', model, '--pairs', pairs, ...flags, ...common, '--json')
    const { results } = JSON.parse(run.stdout) as { results: { accuracy: number; doubts: object[] }[] }
    return { value: results[0].accuracy, doubts: results[0].doubts, stderr: run.stderr }
  }

  it('a mean and a deviation of pixels in 0..255 give what those of 0..1 give, and it is said', () => {
    const shares = accuracy('--mean', '0.5,0.5,0.5', '--std', '0.5,0.5,0.5')
    const bytes = accuracy('--mean', '127.5,127.5,127.5', '--std', '127.5,127.5,127.5')
    expect(shares.stderr).toBe('')
    expect(bytes.stderr).toBe(
      'mobilefacenet: --mean and --std are taken as those of pixels in 0..255: (x - mean) / std\n',
    )
    expect(bytes.value).toBe(shares.value)
    expect(bytes.doubts).toEqual([])
  })

  it('a range that no network is fed is a warning, and stays with the evaluation', () => {
    const odd = accuracy('--mean', '2,2,2', '--std', '0.9,0.9,0.9')
    expect(odd.stderr).toMatch(/^warning: mobilefacenet: black becomes -2\.22 and white -1\.11; .*\n$/)
    expect(odd.doubts).toEqual([expect.objectContaining({ kind: 'input range', about: 'mobilefacenet' })])
  })

  it.each<[string, string[], RegExp]>([
    [
      'two units',
      ['--mean', '127.5,127.5,127.5'],
      /^error: --mean: mean 127\.5,.* are in different units; give both/,
    ],
    ['a deviation of 0', ['--std', '0,0,0'], /every one of the three numbers must be above 0/],
    ['a negative deviation', ['--std', '0.5,-1,0.5'], /every one of the three numbers must be above 0/],
  ])('%s: refused in a clear line', (_, flags, message) => {
    const run = cli('verify', '--model', model, '--pairs', pairs, ...flags, ...common)
    expect(run.stderr).toMatch(message)
    expect(run.stderr).not.toMatch(/\n\s+at /)
    expect(run.status).toBe(1)
  })

  it('a descriptor that divides bytes by 255 and subtracts 127.5 is refused, with the remedy', () => {
    const descriptor = join(folder, 'bytes.yaml')
    writeFileSync(
      descriptor,
      stringify({
        name: 'net',
        role: 'recogniser',
        file: model,
        batch: { min: 1, max: 1 },
        input: { name: 'input0', mean: [127.5, 127.5, 127.5], std: [127.5, 127.5, 127.5] },
        output: { name: 'output0', size: 128 },
      }),
    )
    const run = cli('verify', '--model', descriptor, '--pairs', pairs, ...common)
    expect(isOneClearLine(run), run.stderr).toBe(true)
    expect(run.stderr).toMatch(
      /bytes\.yaml:\d+: .*of pixels in 0\.\.255.*write 'scale: 1', or divide both by 255/,
    )
  })

  it('a test set that is not what its name promises is said in the output, the results and the report', async () => {
    const lfw = join(folder, 'lfw.csv')
    copyFileSync(pairs, lfw)
    const out = join(folder, 'lfw.json')
    const run = cli('verify', '--model', model, ...REAL_FLAGS, '--pairs', lfw, ...common, '--out', out)
    const text =
      /lfw: 300 pairs; LFW has 6,000 pairs in 10 folds of 300 same and 300 different\..*published ones\./
    expect(run.stderr).toMatch(text)
    const { warnings, evaluations, testSets } = await readResults(out)
    expect(warnings).toEqual([expect.stringMatching(text)])
    expect(evaluations[0].doubts).toEqual([
      { kind: 'pairs', about: 'lfw', text: expect.stringMatching(text) as string },
    ])
    expect(testSets[0]).toMatchObject({ pairs: 300, of: 6000 })
    const report = cli(
      'report',
      out,
      '--out',
      join(folder, 'report'),
      '--form',
      'html',
      'markdown',
      'csv',
      'latex',
    )
    expect(report.status, report.stderr).toBe(0)
    const read = (name: string): string => readFileSync(join(folder, 'report', name), 'utf8')
    expect(read('report.md')).toMatch(/97\.67\*?\*?\?/)
    expect(read('report.md')).toContain('Parts of test sets: lfw: 300 of 6,000 pairs.')
    expect(read('tables/verification.csv')).toMatch(text)
    expect(read('tables/verification.tex')).toContain('97.67?')
    expect(read('index.html')).toMatch(/<p class="warning">lfw: 300 pairs/)
  })
})
