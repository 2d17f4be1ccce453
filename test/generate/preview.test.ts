import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { previewIdentities } from '../../src/generate/preview.js'
import { temporaryFolder } from '../scratch.js'
import { smallRequest } from './generation-inputs.js'

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
