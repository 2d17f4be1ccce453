import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { previewIdentities } from '../../src/generate/preview.js'
import { temporaryFolder } from '../scratch.js'
import { randomVectors, smallRequest, writeVectors } from './generation-inputs.js'

test('a sheet has a row an identity and columns for each sigma', async () => {
  const folder = await temporaryFolder()
  const { generator, identities } = await smallRequest(folder)
  const request = { generator, identities, count: 3, sigmas: [0, 0.3, 0.7], imagesPerSigma: 2, seed: 1 }
  await previewIdentities(request, join(folder, 'sheet.png'))
  const { width, height, format } = await sharp(join(folder, 'sheet.png')).metadata()
  expect(format).toBe('png')
  expect(width).toBeGreaterThan(6 * 112)
  expect(width).toBeLessThan(8 * 112)
  expect(height).toBeGreaterThan(3 * 112)
  expect(height).toBeLessThan(4 * 112)
  await expect(previewIdentities({ ...request, count: 8 }, join(folder, 'sheet.png'))).rejects.toThrow(
    'rows 0 to 7 are wanted, the file has 7',
  )
})

test('without a number of rows there are 8, or as many as there are vectors; their width is checked', async () => {
  const folder = await temporaryFolder()
  const { generator, identities } = await smallRequest(folder)
  const request = { generator, identities, sigmas: [0], imagesPerSigma: 1, seed: 1 }
  await previewIdentities(request, join(folder, 'sheet.png'))
  const { height } = await sharp(join(folder, 'sheet.png')).metadata()
  expect(height).toBeGreaterThan(7 * 112)
  expect(height).toBeLessThan(8 * 112)
  const narrow = await writeVectors(join(folder, 'narrow.npy'), randomVectors(3, 256), 256)
  await expect(
    previewIdentities({ ...request, identities: narrow }, join(folder, 'sheet.png')),
  ).rejects.toThrow('narrow.npy: the vectors have 256 numbers, this generator takes 512')
})
