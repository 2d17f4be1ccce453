import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { encodeNpy } from '../../src/arrays/npy.js'
import { features, hasSciPy, reference } from '../metrics/reference.js'
import { PYTHON } from '../python.js'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()
const file = (name: string) => join(folder, name)

function save(name: string, { rows, columns, data }: Matrix): string {
  const type = data instanceof Float32Array ? '<f4' : '<f8'
  writeFileSync(file(name), encodeNpy({ type, shape: [rows, columns], data }))
  return file(name)
}

const generated = features(400, 48, 1, 0.2)
const real = features(700, 48, 2)
const a = save('generated.npy', generated)
const b = save('real.npy', real)

interface Printed {
  fid: number
  name: string
  images: (number | null)[]
  warnings: { code: string }[]
  kid: { mean: number; std: number; values: number[] }
  prdc: { precision: number; coverage: number; images: number[] }
  infinity: { distance: number; images: number[] }
  cmmd: { distance: number }
}

const fid = (...args: string[]) => {
  const outcome = cli('metrics', 'fid', ...args, '--json', '--quiet')
  return { ...outcome, printed: () => JSON.parse(outcome.stdout) as Printed }
}

describe('features against features', () => {
  test.skipIf(!hasSciPy)("gives SciPy's Frechet distance (needs python3)", () => {
    const { fid: found, images, name } = fid('--features', a, b).printed()
    expect(found).toBeCloseTo(reference('frechet', generated, real), 9)
    expect(images).toEqual([400, 700])
    expect(name).toBe('Frechet distance')
  })

  test('numbers of 64 bits keep all of them, CSV is read too', () => {
    const exact = { ...generated, data: Float64Array.from(generated.data, (value) => value + 1e-9) }
    const csv = Array.from({ length: exact.rows }, (_, row) =>
      exact.data.subarray(row * 48, (row + 1) * 48).join(','),
    )
    writeFileSync(file('generated.csv'), csv.join('\n'))
    const found = fid('--features', save('exact.npy', exact), a).printed().fid
    expect(found).toBeLessThan(1e-10)
    expect(fid(file('generated.csv'), a).printed().fid).toBeLessThan(1e-6)
  })

  test('everything at once, each value with its images', () => {
    const flags = ['--kid', '--subsets', '5', '--prdc', '--cmmd', '--infinity', '--points', '4']
    const printed = fid(a, b, ...flags).printed()
    expect(printed.kid.values).toHaveLength(5)
    expect(printed.prdc.images).toEqual([700, 400])
    expect(printed.infinity.images).toEqual([133, 222, 311, 400])
    expect(printed.infinity.distance).toBeLessThan(printed.fid)
    expect(printed.cmmd.distance).toBeGreaterThan(0)
    expect(fid(a, b, ...flags).printed()).toEqual(printed)
    const text = cli('metrics', 'fid', a, b, ...flags)
    for (const word of ['Frechet distance', 'KID', 'precision', 'coverage', 'CMMD', '400 and 700 images']) {
      expect(text.stdout).toContain(word)
    }
    expect(text.stderr).toContain('warning: ')
  })

  test('few images give a number and a warning', () => {
    const { printed } = fid('--features', save('few.npy', features(20, 48, 3)), b)
    expect(printed().fid).toBeGreaterThan(0)
    expect(printed().warnings.map(({ code }) => code)).toEqual(['fewer-images-than-dimensions', 'few-images'])
  })
})

describe('statistics', () => {
  test('saved, then used in place of the features: the same distance', () => {
    expect(fid(b, '--save-stats', file('real.npz')).status).toBe(0)
    const wanted = fid(a, b).printed()
    for (const args of [
      [a, file('real.npz')],
      ['--features', a, '--stats', file('real.npz')],
    ]) {
      expect(fid(...args).printed()).toMatchObject({ fid: wanted.fid, images: [400, 700] })
    }
  })

  test.skipIf(!hasSciPy)('are those that NumPy computes (needs python3)', () => {
    const script =
      'import numpy as np,sys;f=np.load(sys.argv[1]);x=np.load(sys.argv[2]).astype(float);print(max(abs(f["mu"]-x.mean(0)).max(),abs(f["sigma"]-np.cov(x,rowvar=False)).max()))'
    fid(b, '--save-stats', file('numpy.npz'))
    const difference = execFileSync(PYTHON, ['-c', script, file('numpy.npz'), b], {
      encoding: 'utf8',
    })
    expect(Number(difference)).toBeLessThan(1e-14)
  })

  test.skipIf(!hasSciPy)('of pytorch-fid have an unknown number of images (needs python3)', () => {
    const script =
      'import numpy as np,sys;x=np.load(sys.argv[2]);np.savez_compressed(sys.argv[1],mu=np.mean(x,axis=0),sigma=np.cov(x,rowvar=False))'
    spawnSync(PYTHON, ['-c', script, file('theirs.npz'), b])
    const { images, warnings } = fid(a, file('theirs.npz')).printed()
    expect(images).toEqual([400, null])
    expect(warnings.map(({ code }) => code)).toContain('unknown-number-of-images')
  })
})

describe('bad input ends in one clear line', () => {
  const notFinite = { ...generated, data: generated.data.slice() }
  notFinite.data[48 * 17 + 5] = Number.NaN
  const cut = file('cut.npy')
  writeFileSync(
    cut,
    encodeNpy({ type: '<f4', shape: [700, 48], data: real.data as Float32Array }).subarray(0, 9000),
  )
  writeFileSync(file('cut.npz'), 'PK\x03\x04 and no more')
  mkdirSync(file('folder'))
  test.for([
    ['NaN', [save('nan.npy', notFinite), b], 'nan.npy: row 17 holds NaN (column 5, both counted from 0)'],
    [
      'another width',
      [a, save('wide.npy', features(60, 32, 1))],
      'features of 48 numbers against features of 32',
    ],
    ['one row', [save('one.npy', features(1, 48, 1)), b], 'one image has no covariance'],
    ['a truncated .npy', [cut, b], 'cut.npy: the file ends early'],
    ['a truncated .npz', [a, file('cut.npz')], 'cut.npz: the .npz is cut short or damaged'],
    ['no such file', [file('none.npy'), b], 'none.npy: no such file'],
    ['one set', [a], 'two sets are needed, 1 given'],
    ['images without a model', [file('folder'), b], 'a folder of images needs a feature model'],
    ['three sets', [a, b, a], 'two sets are needed, 3 given'],
  ] as const)('%s', ([, args, message]) => {
    const outcome = cli('metrics', 'fid', ...args)
    expect(outcome.stderr).toContain(message)
    expect(isOneClearLine(outcome)).toBe(true)
  })

  test('KID from statistics', () => {
    fid(b, '--save-stats', file('only.npz'))
    const outcome = fid(a, file('only.npz'), '--kid')
    expect(outcome.stderr).toContain('only.npz: statistics only; the features of each image are needed here')
    expect(isOneClearLine(outcome)).toBe(true)
  })

  test('a message tells of no flag that the command has not', () => {
    writeFileSync(file('bare.onnx'), 'a network')
    const without = cli('metrics', 'fid', '--model', file('bare.onnx'), file('folder'), file('folder'))
    expect(without.stderr).toMatch(/the model has no descriptor; write .*bare\.yaml \('.*' drafts it\)\n$/)
    if (REAL === undefined) return
    const having = cli('verify', '--model', file('bare.onnx'), '--pairs', `${REAL}/real-pairs.bin`)
    expect(having.stderr).toMatch(/drafts it\), or give --mean and --std\n$/)
  })
})
