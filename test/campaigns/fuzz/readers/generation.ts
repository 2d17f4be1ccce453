import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { finishedManifest } from '../../../../src/generate/assembly.js'
import { type GenerationPlan, planId } from '../../../../src/generate/generation-plan.js'
import { type Manifest, readManifest } from '../../../../src/generate/manifest.js'
import { PartWriter, readPart, readPartHead } from '../../../../src/generate/part-file.js'
import { RunFolder } from '../../../../src/generate/run-folder.js'
import { gatherParts, shardParts } from '../../../../src/generate/shards.js'
import type { FuzzedReader } from '../reader.js'
import { smallJpeg } from '../small-images.js'

const digest = 'a'.repeat(64)

const plan: GenerationPlan = {
  version: 2,
  seed: 1,
  identities: { count: 4, width: 8, sha256: digest },
  generator: { name: 'tiny', sha256: digest, demo: true },
  imagesPerIdentity: 2,
  sigmas: [{ sigma: 0.3, share: 1 }],
  jpeg: { quality: 75, chromaSubsampling: '4:2:0' },
  batch: 8,
  partIdentities: 2,
}

const manifest: Manifest = {
  version: 1,
  program: { name: 'vec2face-bench', version: '0.1.0' },
  libraries: { sharp: '1' },
  demo: true,
  plan,
  planId: planId(plan),
  identities: 4,
  images: 8,
  content: { sha256: digest, bytes: 100 },
  parts: [{ part: 0, images: 4, bytes: 50, sha256: digest }],
  outputs: [
    { format: 'recordio', path: 'records', files: [{ path: 'records/train.rec', bytes: 9, sha256: digest }] },
  ],
}

/** A part as its writer leaves it. */
async function part(number: number): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'seed-'))
  const path = join(folder, 'a.part')
  const writer = await PartWriter.create(path, planId(plan), number)
  for (const image of [0, 1])
    await writer.write({ identity: 2 * number, image, bytes: await smallJpeg(image) })
  await writer.close('a note')
  const bytes = await readFile(path)
  await rm(folder, { recursive: true })
  return bytes
}

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value))
const words = [
  '{"',
  '[',
  '[[',
  '"__proto__":{},',
  '1e999',
  '"count":1e15',
  '-1',
  'null',
  '"../../x"',
  '"version":1',
]

export const partFile: FuzzedReader = {
  id: 'part-file',
  file: '000001.part',
  seeds: async () => [await part(1)],
  words: [Uint8Array.of(0xff, 0xff, 0xff, 0xff), Uint8Array.of(0xfe, 0xff, 0xff, 0xff)],
  async read(path) {
    await readPartHead(path)
    for await (const _ of readPart(path));
  },
}

export const runRecord: FuzzedReader = {
  id: 'run-record',
  file: 'run.json',
  seeds: async () => [json({ plan, inputs: { identities: '/a/v.npy', generator: '/a/g.onnx' } })],
  words,
  async neighbours(folder) {
    await mkdir(join(folder, 'parts'), { recursive: true })
    for (const number of [0, 1])
      await writeFile(join(folder, 'parts', `00000${number}.part`), await part(number))
  },
  async read(path) {
    const run = await RunFolder.open(dirname(path))
    shardParts(run, { shard: 1, of: 2 })
    await gatherParts([run])
  },
}

export const manifestFile: FuzzedReader = {
  id: 'manifest',
  file: 'manifest.json',
  seeds: async () => [json(manifest)],
  words,
  async read(path) {
    await readManifest(dirname(path))
    await finishedManifest(plan, dirname(path), ['recordio'])
  },
}
