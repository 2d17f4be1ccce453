import { spawnSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import {
  fitPrincipalComponents,
  readPrincipalComponents,
  sampleVectors,
  writePrincipalComponents,
} from '../../src/generate/principal-components.js'
import { temporaryFolder } from '../scratch.js'
import { randomVectors, writeVectors } from './generation-inputs.js'

/** Features whose numbers differ in mean and variance and depend on each other. */
function features(rows: number, columns: number): Matrix<Float32Array> {
  const data = randomVectors(rows, columns)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const k = i * columns + j
      data[k] = data[k] * (1 + j / 4) + (j > 0 ? 0.5 * data[k - 1] : 0) + j / 10
    }
  }
  return { rows, columns, data }
}

test("mean, variances and components are scikit-learn's PCA, to 1e-9 of the largest and up to sign", async (context) => {
  const folder = await temporaryFolder()
  const matrix = features(700, 40)
  await writeVectors(join(folder, 'features.npy'), matrix.data, 40)
  const script = `
import sys, numpy
from sklearn.decomposition import PCA
pca = PCA().fit(numpy.load(sys.argv[1]).astype('f8'))
print(','.join(repr(float(x)) for x in numpy.concatenate([pca.mean_, pca.explained_variance_, pca.components_.ravel()])))`
  const python = spawnSync('/usr/bin/python3', ['-c', script, join(folder, 'features.npy')], {
    encoding: 'utf8',
  })
  if (python.status !== 0) context.skip('Python with scikit-learn is not here')
  const reference = python.stdout.split(',').map(Number)
  const { mean, variances, components } = await fitPrincipalComponents(matrix, 'features')
  for (let j = 0; j < 40; j++) {
    expect(mean[j]).toBeCloseTo(reference[j], 9)
    expect(Math.abs(variances[j] - reference[40 + j])).toBeLessThan(1e-9 * variances[0])
    const row = components.data.subarray(j * 40, (j + 1) * 40)
    const other = reference.slice(80 + j * 40, 80 + (j + 1) * 40)
    const sign = Math.sign(row.reduce((sum, value, i) => sum + value * other[i], 0))
    for (let i = 0; i < 40; i++) expect(Math.abs(row[i] - sign * other[i])).toBeLessThan(1e-7)
  }
})

test('draws have the mean and the covariance of the features, within five standard errors', async () => {
  const matrix = features(300, 6)
  const fitted = await fitPrincipalComponents(matrix, 'features')
  const count = 40_000
  const drawn = await fitPrincipalComponents(
    { rows: count, columns: 6, data: await sampleVectors(fitted, 3, 0, count) },
    'draws',
  )
  for (let k = 0; k < 6; k++) {
    const error = fitted.variances[k] * Math.sqrt(2 / count)
    expect(Math.abs(drawn.variances[k] - fitted.variances[k])).toBeLessThan(5 * error)
    expect(Math.abs(drawn.mean[k] - fitted.mean[k])).toBeLessThan(5 * Math.sqrt(fitted.variances[0] / count))
  }
})

test('a candidate depends on its number only, not on the block it is drawn in', async () => {
  const fitted = await fitPrincipalComponents(features(300, 64), 'features')
  const all = await sampleVectors(fitted, 1, 0, 60)
  expect(await sampleVectors(fitted, 1, 17, 20)).toEqual(all.slice(17 * 64, 37 * 64))
  expect(await sampleVectors(fitted, 1, 59, 1)).toEqual(all.slice(59 * 64))
  expect(await sampleVectors(fitted, 2, 0, 60)).not.toEqual(all)
})

test('fewer identities than numbers: what has no variance in the features has none in the draws', async () => {
  const matrix = features(5, 30)
  const fitted = await fitPrincipalComponents(matrix, 'features')
  expect(fitted.variances[3]).toBeGreaterThan(0.1)
  for (let k = 4; k < 30; k++) expect(fitted.variances[k]).toBeLessThan(1e-9)
  const drawn = await fitPrincipalComponents(
    { rows: 100, columns: 30, data: await sampleVectors(fitted, 1, 0, 100) },
    'draws',
  )
  expect(drawn.variances[4]).toBeLessThan(1e-9)
})

test('components are saved and read back as they are, in a file that NumPy reads', async (context) => {
  const folder = await temporaryFolder()
  const path = join(folder, 'pca.npz')
  const fitted = await fitPrincipalComponents(features(50, 8), 'features')
  await writePrincipalComponents(path, fitted)
  expect(await readPrincipalComponents(path)).toEqual(fitted)
  const script =
    'import sys, numpy; f = numpy.load(sys.argv[1]); print(f["variances"][0], f["components"].shape, f["mean"].shape)'
  const python = spawnSync('/usr/bin/python3', ['-c', script, path], { encoding: 'utf8' })
  if (python.status !== 0) context.skip('Python with NumPy is not here')
  expect(python.stdout.trim()).toBe(`${fitted.variances[0]} (8, 8) (8,)`)
})

test('bad features and bad files end in one clear message', async () => {
  const folder = await temporaryFolder()
  const bad = features(9, 4)
  bad.data[4 * 6 + 1] = Number.NaN
  await expect(fitPrincipalComponents(bad, 'f.npy')).rejects.toThrow(
    'f.npy: the feature in row 6 has numbers that are not finite',
  )
  await expect(fitPrincipalComponents(features(1, 4), 'f.npy')).rejects.toThrow(
    'need 2 or more rows, there are 1',
  )
  await writeFile(join(folder, 'no.npz'), 'this is text')
  await expect(readPrincipalComponents(join(folder, 'no.npz'))).rejects.toThrow('this is no .npz file')
  await expect(readPrincipalComponents(join(folder, 'none.npz'))).rejects.toThrow('no such file')
})
