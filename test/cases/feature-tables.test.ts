import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { fieldCase } from '../cases.js'
import { cli, isOneClearLine, type Outcome } from '../cli/cli.js'
import { PYTHON } from '../python.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const tables = fieldCase('csv-pandas-index')
const arrays = fieldCase('npy-long-suffix')
const archives = fieldCase('feature-archives', 'scipy', 'torch')

const verify = (features: string, labels: string): Outcome =>
  cli('verify', '--features', features, '--labels', labels, '--json')
const accuracy = (outcome: Outcome): number => JSON.parse(outcome.stdout).results[0].accuracy
const fid = (a: string, b: string): number =>
  JSON.parse(cli('metrics', 'fid', a, b, '--json', '--quiet').stdout).fid

/** What a refusal must look like: one line that a terminal shows, of at most 300 characters. */
function expectRefusal(outcome: Outcome, message: RegExp): void {
  expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
  expect(outcome.stderr).toMatch(message)
  expect(outcome.stderr.trim().length).toBeLessThanOrEqual(300)
  expect(outcome.stderr.trim()).toMatch(/^[\x20-\x7e…]+$/)
}

describe.skipIf(tables.missing)('features that pandas wrote with its index (a case of the field)', () => {
  const made = tables.missing === undefined ? tables.make(folder) : ''
  const at = (file: string) => join(made, file)
  const same = at('same.npy')

  test.each(['array.npy', 'indexed.csv', 'indexed-shifted.csv', 'named.csv'])(
    '%s: accuracy 0.975',
    (file) => {
      const outcome = verify(at(file), same)
      expect(accuracy(outcome)).toBeCloseTo(0.975, 12)
      expect(outcome.stderr.includes('is left out')).toBe(file.endsWith('.csv'))
    },
  )

  test('separability counts the same for both files, and says what is left out', () => {
    const outcome = cli('metrics', 'separability', at('array.npy'), at('indexed.csv'), '--counts-only')
    const [, array, indexed] = outcome.stdout.split(/^.*: 80 identities$/m)
    expect(indexed.trim()).toBe(array.trim())
    expect(outcome.stderr).toContain('column 1, which has no name, is left out: an index')
  })

  test('fid between two indices is 0', () => {
    expect(fid(at('indexed.csv'), at('indexed-shifted.csv'))).toBeCloseTo(0, 9)
  })
})

describe.skipIf(arrays.missing)('headers that NumPy writes and reads (a case of the field)', () => {
  const made = arrays.missing === undefined ? arrays.make(folder) : ''
  const at = (file: string) => join(made, file)
  const names = [
    'plain',
    'long',
    'reordered',
    'double-quoted',
    'no-comma',
    'version2',
    'version3',
    'big-endian',
    'half',
    'fortran',
    'int64-repr',
  ]

  test.each(names)('%s: FID 0 against the plain file, and each image is its own nearest', (name) => {
    expect(fid(at('plain.npy'), at(`${name}.npy`))).toBeLessThan(name === 'half' ? 1e-4 : 1e-9)
    const found = JSON.parse(
      cli('metrics', 'leakage', at(`${name}.npy`), at('plain.npy'), '--worst', '80', '--json', '--quiet')
        .stdout,
    )
    expect(found.images).toBe(80)
    for (const { image, reference, similarity } of found.worst) {
      expect(reference).toBe(image)
      expect(similarity).toBeCloseTo(1, 3)
    }
  })

  test('separability reads all of them', () => {
    const { stdout } = cli(
      'metrics',
      'separability',
      ...names.map((name) => at(`${name}.npy`)),
      '--counts-only',
    )
    expect(stdout.match(/: 80 identities/g)).toHaveLength(names.length)
  })
})

describe.skipIf(archives.missing)('features in other files (a case of the field)', () => {
  const made = archives.missing === undefined ? archives.make(folder) : ''
  const at = (file: string) => join(made, file)
  const same = at('same.npy')

  test.each(['array.npy', 'comma.csv', 'tab.tsv', 'one.npz', 'spaces.txt', 'several.npz:embs'])(
    '%s: accuracy 0.975',
    (file) => {
      expect(accuracy(verify(at(file), same))).toBeCloseTo(0.975, 12)
      expect(fid(at('array.npy'), at(file))).toBeCloseTo(0, 9)
    },
  )

  test.each([
    [
      'several.npz',
      /one array is needed, it holds 'embs', 'embs_f', 'labels'; name the one you mean: FILE\.npz:embs/,
    ],
    [
      'several.npz:labels',
      /several\.npz:labels: a matrix \[rows, columns\] was expected, the shape is \(80\)/,
    ],
    ['several.npz:nothing', /there is no 'nothing' in it/],
    ['features.mat', /this is a MATLAB file; save it as \.npy: numpy\.save\('x\.npy', scipy\.io\.loadmat/],
    ['features.pkl', /this is a Python pickle; save it as \.npy: numpy\.save\('x\.npy', pickle\.load/],
    ['features.pt', /this is a PyTorch file; save it as \.npy: numpy\.save\('x\.npy', torch\.load/],
  ] as const)('%s is refused by what it is', (file, message) => {
    expectRefusal(verify(at(file), same), message)
    expectRefusal(cli('metrics', 'fid', at('array.npy'), at(file)), message)
  })

  test.each([
    ['features.mat', 'NAME'],
    ['features.pkl', ''],
    ['features.pt', ''],
  ])('the remedy for %s, followed to the letter, gives 0.975', (file, placeholder) => {
    const remedy = /numpy\.save\('x\.npy', .*\)/.exec(verify(at(file), same).stderr)?.[0] ?? ''
    const line = remedy.replace(placeholder || '\0', 'features').replace('(FILE', `('${at(file)}'`)
    execFileSync(PYTHON, ['-c', `import numpy, pickle, scipy.io, torch\n${line}`], { cwd: folder })
    expect(accuracy(verify(join(folder, 'x.npy'), same))).toBeCloseTo(0.975, 12)
  })
})
