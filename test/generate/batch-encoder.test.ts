import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type BatchEncoder, encoderHere, encoderThreads } from '../../src/generate/batch-encoder.js'
import { beginRun } from '../../src/generate/generate-dataset.js'
import { partCount } from '../../src/generate/generation-plan.js'
import { PartMaker } from '../../src/generate/part-maker.js'
import type { RunFolder } from '../../src/generate/run-folder.js'
import { temporaryFolder } from '../scratch.js'
import { contentOf, ROOT_GENERATOR, randomVectors, smallRequest, writeVectors } from './generation-inputs.js'

async function made(run: RunFolder, encoder: BatchEncoder): Promise<PromiseSettledResult<void>[]> {
  const maker = await PartMaker.open(run, encoder)
  const parts = Array.from({ length: partCount(run.plan) }, (_, part) => part)
  const told: number[] = []
  const ends = await Promise.allSettled(
    parts.map((part) => maker.make(part, (images) => (told[part] = images))),
  )
  await maker.close()
  await encoder.close()
  return ends
}

test('images that are encoded in other threads, the next part begun before one is closed, are the same', async () => {
  const folder = await temporaryFolder()
  const request = { ...(await smallRequest(folder)), batch: 2 }
  const [here, apart] = await Promise.all(
    ['here', 'apart'].map((name) => beginRun(request, join(folder, name))),
  )
  for (const ends of [
    await made(here, encoderHere(here.plan.jpeg)),
    await made(apart, encoderThreads(apart.plan.jpeg, 2)),
  ])
    expect(ends.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'))
  expect(await contentOf(apart.path)).toEqual(await contentOf(here.path))
})

test('a part that fails leaves nothing behind, and the others are whole', async () => {
  const folder = await temporaryFolder()
  const vectors = randomVectors(7).map(Math.abs)
  vectors[3 * 512] = -1
  const request = {
    ...(await smallRequest(folder)),
    ...{ generator: ROOT_GENERATOR, identities: await writeVectors(join(folder, 'v.npy'), vectors) },
    ...{ batch: 2, sigmas: [{ sigma: 0, share: 1 }] },
  }
  const run = await beginRun(request, join(folder, 'out'))
  const ends = await made(run, encoderThreads(run.plan.jpeg, 2))
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(await run.doneParts()).toEqual([0, 2, 3])
  expect(Object.keys(await contentOf(run.path))).toHaveLength(3)
})
