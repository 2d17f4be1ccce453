import { join } from 'node:path'
import { expect, test } from 'vitest'
import { EncoderLane } from '../../src/generate/encoder-lane.js'
import { beginRun } from '../../src/generate/generate-dataset.js'
import { partCount } from '../../src/generate/generation-plan.js'
import { PartEncoder, type PartSink } from '../../src/generate/part-encoder.js'
import { PartMaker } from '../../src/generate/part-maker.js'
import type { RunFolder } from '../../src/generate/run-folder.js'
import { temporaryFolder } from '../scratch.js'
import { contentOf, ROOT_GENERATOR, randomVectors, smallRequest, writeVectors } from './generation-inputs.js'

async function made(run: RunFolder, sink: PartSink): Promise<PromiseSettledResult<void>[]> {
  const maker = await PartMaker.open(run, sink)
  const parts = Array.from({ length: partCount(run.plan) }, (_, part) => part)
  const told: number[] = []
  const ends = await Promise.allSettled(
    parts.map((part) => maker.make(part, (images) => (told[part] = images))),
  )
  await maker.close()
  return ends
}

test('images that are encoded in another thread, the next part begun before one is closed, are the same', async () => {
  const folder = await temporaryFolder()
  const request = { ...(await smallRequest(folder)), batch: 2 }
  const [here, apart] = await Promise.all(
    ['here', 'apart'].map((name) => beginRun(request, join(folder, name))),
  )
  const lane = new EncoderLane(apart)
  for (const ends of [await made(here, new PartEncoder(here)), await made(apart, lane)])
    expect(ends.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'))
  await lane.end()
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
  const lane = new EncoderLane(run)
  const ends = await made(run, lane)
  await lane.end()
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled'])
  expect(await run.doneParts()).toEqual([0, 2, 3])
  expect(Object.keys(await contentOf(run.path))).toHaveLength(3)
})
