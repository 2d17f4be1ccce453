import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { readNpy } from '../../src/arrays/npy.js'
import { loadAttrop } from '../../src/generate/attrop/attrop-networks.js'
import { moveVectors } from '../../src/generate/attrop/move-vectors.js'
import { attropSettingsSchema } from '../../src/generate/attrop/settings.js'
import { vec2face } from '../../src/generate/families/vec2face.js'
import { type DatasetOptions, generateDataset } from '../../src/generate/generate-dataset.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { silent } from '../../src/progress.js'
import { watchNetworks } from '../onnx/failing-network.js'
import { temporaryFolder } from '../scratch.js'
import { contentOf, DEMO_ATTROP, smallRequest } from './generation-inputs.js'

const GONE =
  'CUDA failure 719: unspecified launch failure ; GPU=0 ; hostname=here ; expr=cudaMemcpyAsync(..);'
const FULL =
  'onnxruntime::BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 939524096'

let watched = watchNetworks()
watched.end()
afterEach(() => watched.end())

const options: DatasetOptions = { formats: ['recordio'], threads: 1, progress: silent }

test('a GPU that goes away in the middle of a generation: it is told, and the same command ends with the same bytes', async () => {
  const folder = await temporaryFolder()
  const request = { ...(await smallRequest(folder)), batch: 4 }
  const [whole, resumed] = [join(folder, 'whole'), join(folder, 'resumed')]
  await generateDataset(request, whole, options)
  watched = watchNetworks((_, calls) => (calls === 7 ? GONE : undefined))
  await expect(generateDataset(request, resumed, options)).rejects.toThrow(
    /tiny-generator\.onnx: the GPU went away \(unspecified launch failure\); .* run the same command again/,
  )
  watched.end()
  watched = watchNetworks()
  await generateDataset(request, resumed, options)
  // Parts of 10, 10, 10 and 5 images are 3, 3, 3 and 2 calls; the third part was being made.
  expect(watched.shapes).toHaveLength(5)
  expect(await contentOf(resumed)).toEqual(await contentOf(whole))
})

test('a batch that a GPU has no room for: the error names one that was tried there and fits', async () => {
  const folder = await temporaryFolder()
  const request = { ...(await smallRequest(folder)), batch: 10 }
  watched = watchNetworks(({ vector }) => (vector.dims[0] > 4 ? FULL : undefined))
  await expect(generateDataset(request, join(folder, 'out'), options)).rejects.toThrow(
    /a batch of 10 failed: the memory is too small: no 896 MiB .* a batch of 2 was tried and fits: use --batch 2/,
  )
  expect(watched.shapes.map(([rows]) => rows)).toEqual([10, 5, 2])
})

test('AttrOP calls its networks with one shape, however many rows are left and met; what fails is gone on with', async () => {
  const folder = await temporaryFolder()
  const generator = requireRole(await loadModel('models/demo/demo-generator.onnx'), 'generator')
  const models = await loadAttrop(generator, DEMO_ATTROP)
  const { data } = await readNpy('models/demo/demo-identity-features.npy')
  const vectors = { rows: 3, columns: 512, data: (data as Float32Array).slice(0, 3 * 512) }
  // Some rows have this quality from the beginning, others never.
  const settings = attropSettingsSchema.parse({ quality: 30, steps: 2, masks: 'once' })
  const masking = vec2face.recordFor(generator.descriptor)
  const request = { vectors, settings, seed: 1, fingerprint: 'three', ...(masking && { masking }) }
  const move = (path: string) =>
    moveVectors(models, request, path, { batch: 2, threads: 1, precision: 'float32' })
  const [whole, resumed] = [join(folder, 'whole.npy'), join(folder, 'resumed.npy')]
  watched = watchNetworks()
  const { table } = await move(whole)
  expect(new Set(table.told().map(({ end }) => end))).toEqual(new Set(['met', 'steps']))
  expect(new Set(watched.shapes.map(String))).toEqual(new Set(['2,512']))
  watched.end()
  watched = watchNetworks((_, calls) => (calls === 3 ? GONE : undefined))
  await expect(move(resumed)).rejects.toThrow(/the GPU went away/)
  expect(existsSync(resumed)).toBe(false)
  watched.end()
  await move(resumed)
  expect(readFileSync(resumed).equals(readFileSync(whole))).toBe(true)
}, 120_000)
