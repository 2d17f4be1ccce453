import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { beginRun, generateDataset } from '../../src/generate/generate-dataset.js'
import { planDifferences, planGeneration, planId } from '../../src/generate/generation-plan.js'
import { makeParts } from '../../src/generate/make-parts.js'
import { openPartPool } from '../../src/generate/part-pool.js'
import { previewIdentities } from '../../src/generate/preview.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { runSmallest } from '../../src/onnx/provider-trial.js'
import { Runtime } from '../../src/onnx/runtime.js'
import { silent } from '../../src/progress.js'
import { temporaryFolder } from '../scratch.js'
import { smallRequest, TINY_GENERATOR } from './generation-inputs.js'

const options = { formats: ['folder'], threads: 2, progress: silent } as const
/** One that this machine can't have: Apple's away from a Mac, CUDA on one. */
const ABSENT = process.platform === 'darwin' ? 'cuda' : 'coreml'

test('a provider that is not there is an error before anything is begun, and never the processor instead', async () => {
  const folder = await temporaryFolder()
  const request = { ...(await smallRequest(folder)), provider: ABSENT } as const
  await expect(generateDataset(request, join(folder, 'out'), options)).rejects.toThrow(
    `--provider: the provider '${ABSENT}' can't be used on this machine`,
  )
  const { identities, generator, seed } = request
  const preview = { identities, generator, seed, sigmas: [0], imagesPerSigma: 1, provider: ABSENT } as const
  await expect(previewIdentities(preview, join(folder, 'sheet.png'))).rejects.toThrow(`'${ABSENT}'`)
  expect(await readdir(folder)).toEqual(['vectors.npy'])
})

test('numbers of devices are refused where a provider has none', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  await expect(generateDataset(request, join(folder, 'out'), { ...options, devices: [0] })).rejects.toThrow(
    '--devices: only CUDA has numbered devices; add --provider cuda, or leave it out',
  )
})

test('a worker that lacks what the run was planned for says so', async () => {
  const folder = await temporaryFolder()
  const run = await beginRun({ ...(await smallRequest(folder)), provider: ABSENT }, join(folder, 'out'))
  await expect(openPartPool(run, { threads: 1 })).rejects.toThrow(`'${ABSENT}' can't be used on this machine`)
  await expect(makeParts(run, [0], options)).rejects.toThrow(`'${ABSENT}' can't be used on this machine`)
})

test('a plan tells where its networks run, but for the processor: its runs keep their names', async () => {
  const model = requireRole(await loadModel(TINY_GENERATOR), 'generator')
  const choices = {
    seed: 1,
    identities: { count: 2, width: 512, sha256: 'ab'.repeat(32) },
    imagesPerIdentity: 2,
    sigmas: [{ sigma: 0.3, share: 1 }],
  }
  const plain = planGeneration(model, choices)
  expect(planId(planGeneration(model, { ...choices, provider: 'cpu' }))).toBe(planId(plain))
  const there = planGeneration(model, { ...choices, provider: 'cuda' })
  expect(there).toMatchObject({ provider: 'cuda', batch: 64 })
  expect(planDifferences(there, plain)).toEqual(['provider cuda instead of cpu', 'batch 64 instead of 8'])
  expect(planGeneration(model, { ...choices, batch: 3 }).batch).toBe(3)
})

test('what runs a network on a provider says what it ran: it works on the processor', async () => {
  expect(await runSmallest('cpu')).toBeUndefined()
  expect(await runSmallest(ABSENT)).toMatch(/./)
  await expect(Runtime.open(TINY_GENERATOR, { provider: ABSENT, device: 3 })).rejects.toThrow(`'${ABSENT}'`)
})
