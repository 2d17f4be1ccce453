import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Matrix } from '../../src/arrays/matrix.js'
import { readFeatures } from '../../src/features/feature-file.js'
import {
  type Candidates,
  drawnCandidates,
  selectVectors,
  storedCandidates,
  writeIdentityVectors,
} from '../../src/generate/identity-vectors.js'
import { fitPrincipalComponents, sampleVectors } from '../../src/generate/principal-components.js'
import { VectorFile } from '../../src/generate/vector-file.js'
import { silent } from '../../src/progress.js'
import { temporaryFolder } from '../scratch.js'
import { randomVectors, writeVectors } from './generation-inputs.js'

async function* inBlocks({ rows, columns, data }: Matrix<Float32Array>, size: number): Candidates {
  for (let first = 0; first < rows; first += size) {
    const block = data.slice(first * columns, (first + size) * columns)
    yield { rows: block.length / columns, columns, data: block }
  }
}

/** Each candidate against each kept one, in float64. */
function oneByOne({ rows, columns, data }: Matrix<Float32Array>, threshold: number): number[] {
  const kept: number[] = []
  const dot = (i: number, j: number) => {
    let sum = 0
    for (let k = 0; k < columns; k++) sum += data[i * columns + k] * data[j * columns + k]
    return sum
  }
  for (let i = 0; i < rows; i++) {
    if (kept.every((j) => dot(i, j) / Math.sqrt(dot(i, i) * dot(j, j)) <= threshold)) kept.push(i)
  }
  return kept
}

test('what is kept is what comparing each with each keeps, whatever the blocks', async () => {
  const columns = 24
  const rows = 6_000
  const candidates = { rows, columns, data: randomVectors(rows, columns) }
  const kept = oneByOne(candidates, 0.62)
  // Enough for more than one block of the index, and enough misfits to matter.
  expect(kept.length).toBeGreaterThan(2_100)
  expect(kept.length).toBeLessThan(5_000)
  const expected = kept.flatMap((i) => Array.from(candidates.data.subarray(i * columns, (i + 1) * columns)))
  for (const size of [317, 2048, 5000]) {
    const { vectors, rejected } = await selectVectors(inBlocks(candidates, size), {
      count: kept.length,
      width: columns,
      maxSimilarity: 0.62,
      progress: silent,
    })
    expect(Array.from(vectors.data)).toEqual(expected)
    expect(rejected).toBe((kept.at(-1) ?? 0) + 1 - kept.length)
  }
}, 60_000)

test('a similarity of exactly the threshold is kept, the next number above it is not', async () => {
  const similarity = Math.fround(0.3)
  const pair = (cosine: number) => {
    const data = new Float32Array(32)
    data[0] = 1
    data[16] = cosine
    data[17] = Math.sqrt(1 - cosine * cosine)
    return { rows: 2, columns: 16, data }
  }
  const { data } = pair(similarity)
  const norm = Math.sqrt(data[16] ** 2 + data[17] ** 2)
  const exact = data[16] * (1 / norm)
  const keep = (maxSimilarity: number) =>
    selectVectors(inBlocks({ rows: 2, columns: 16, data }, 2), {
      count: 2,
      width: 16,
      maxSimilarity,
      progress: silent,
    })
  await expect(keep(exact)).resolves.toMatchObject({ rejected: 0 })
  await expect(keep(exact - 2 ** -54)).rejects.toThrow('1 of 2 vectors were reached')
})

test('drawn vectors are the candidates without the misfits, and the file is the same every time', async () => {
  const folder = await temporaryFolder()
  const fitted = await fitPrincipalComponents(
    { rows: 400, columns: 32, data: randomVectors(400, 32) },
    'features',
  )
  const options = { count: 700, width: 32, maxSimilarity: 0.6, progress: silent }
  const result = await writeIdentityVectors(drawnCandidates(fitted, 5), join(folder, 'a.npy'), options)
  await writeIdentityVectors(drawnCandidates(fitted, 5), join(folder, 'b.npy'), options)
  expect(await readFile(join(folder, 'a.npy'))).toEqual(await readFile(join(folder, 'b.npy')))
  const candidates = { rows: 2048, columns: 32, data: await sampleVectors(fitted, 5, 0, 2048) }
  const kept = oneByOne(candidates, 0.6).slice(0, 700)
  expect(result).toMatchObject({ count: 700, rejected: (kept.at(-1) ?? 0) + 1 - 700 })
  const { data } = await readFeatures(join(folder, 'a.npy'))
  expect(Array.from(data)).toEqual(
    kept.flatMap((i) => Array.from(candidates.data.subarray(i * 32, (i + 1) * 32))),
  )
  expect(await readdir(folder)).toEqual(['a.npy', 'b.npy'])
})

test('a constraint that can not be met ends with how many were reached, and leaves no file', async () => {
  const folder = await temporaryFolder()
  const fitted = await fitPrincipalComponents(
    { rows: 100, columns: 3, data: randomVectors(100, 3) },
    'features',
  )
  await expect(
    writeIdentityVectors(drawnCandidates(fitted, 1), join(folder, 'v.npy'), {
      count: 1000,
      width: 3,
      maxSimilarity: 0.3,
      mostRejected: 5_000,
      progress: silent,
    }),
  ).rejects.toThrow(
    /^\d of 1000 vectors were reached with a similarity of at most 0.3: the last \d+ candidates were all too similar to one of them; ask for fewer/,
  )
  expect(await readdir(folder)).toEqual([])
})

test('vectors of a file are chosen in their order', async () => {
  const folder = await temporaryFolder()
  const data = randomVectors(300, 16)
  const file = await VectorFile.open(await writeVectors(join(folder, 'in.npy'), data, 16))
  const kept = oneByOne({ rows: 300, columns: 16, data }, 0.5)
  const options = { width: 16, maxSimilarity: 0.5, progress: silent }
  const { vectors } = await selectVectors(storedCandidates(file), { ...options, count: kept.length })
  expect(Array.from(vectors.data)).toEqual(
    kept.flatMap((i) => Array.from(data.subarray(i * 16, (i + 1) * 16))),
  )
  await expect(selectVectors(storedCandidates(file), { ...options, count: kept.length + 1 })).rejects.toThrow(
    `${kept.length} of ${kept.length + 1} vectors were reached with a similarity of at most 0.5: there are no more candidates`,
  )
  await file.close()
})

test('a vector of a file that is not finite is named by file and row', async () => {
  const folder = await temporaryFolder()
  const data = randomVectors(2000, 16)
  data[1500 * 16 + 3] = Number.NaN
  const file = await VectorFile.open(await writeVectors(join(folder, 'in.npy'), data, 16))
  const options = { count: 2000, width: 16, maxSimilarity: 1, progress: silent }
  await expect(selectVectors(storedCandidates(file), options)).rejects.toThrow(
    'in.npy: row 1500: number 3 of this vector is NaN',
  )
  await file.close()
})

test('a requested average similarity is what the file holds', async () => {
  const folder = await temporaryFolder()
  const fitted = await fitPrincipalComponents(
    { rows: 400, columns: 64, data: randomVectors(400, 64) },
    'features',
  )
  const options = { count: 500, width: 64, averageSimilarity: 0.25, progress: silent }
  const result = await writeIdentityVectors(drawnCandidates(fitted, 1), join(folder, 'v.npy'), options)
  expect(Math.abs(result.averageSimilarity - 0.25)).toBeLessThan(1e-5)
  expect((await readFeatures(join(folder, 'v.npy'))).rows).toBe(500)
})
