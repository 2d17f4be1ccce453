import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { sha256, sha256OfFile } from '../../src/bytes/hashing.js'
import type { DatasetRecord } from '../../src/datasets/dataset.js'
import { DATASET_FORMATS } from '../../src/datasets/formats.js'
import { ImageFolderReader } from '../../src/datasets/image-folder/reader.js'
import { type DatasetOptions, generateDataset } from '../../src/generate/generate-dataset.js'
import { silent } from '../../src/progress.js'
import { temporaryFolder } from '../scratch.js'
import { contentOf, ROOT_GENERATOR, randomVectors, smallRequest, writeVectors } from './generation-inputs.js'

const options: DatasetOptions = { formats: ['folder'], threads: 1, progress: silent }

async function recordsOf(folder: string): Promise<DatasetRecord[]> {
  const records: DatasetRecord[] = []
  for await (const record of (await ImageFolderReader.open(join(folder, 'folder'))).records())
    records.push(record)
  return records
}

test("a dataset holds every image of every identity in every form, and a manifest with the forms' checksums", async () => {
  const folder = await temporaryFolder()
  const out = join(folder, 'out')
  const manifest = await generateDataset(await smallRequest(folder), out, {
    ...options,
    formats: DATASET_FORMATS,
  })
  expect(await readdir(out)).toEqual([
    'dataset.lmdb',
    'folder',
    'manifest.json',
    'recordio',
    'run.json',
    'webdataset',
  ])
  expect(manifest).toMatchObject({ identities: 7, images: 35, demo: true })
  expect(manifest.parts.map(({ images }) => images)).toEqual([10, 10, 10, 5])
  const records = await recordsOf(out)
  expect(records.map(({ identity, image }) => [identity, image])).toEqual(
    Array.from({ length: 35 }, (_, i) => [Math.floor(i / 5), i % 5]),
  )
  const { width, height, format } = await sharp(records[0].bytes).metadata()
  expect({ width, height, format }).toEqual({ width: 112, height: 112, format: 'jpeg' })
  expect(new Set(records.map(({ bytes }) => sha256(bytes))).size).toBe(35)
  for (const { files } of manifest.outputs) {
    for (const file of files ?? []) expect(await sha256OfFile(join(out, file.path))).toBe(file.sha256)
  }
  const written = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8'))
  expect(written).toEqual(manifest)
})

test('an image depends on seed, identity and number only: not on parts, on how many identities there are, or on how it was made before', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  await generateDataset(request, join(folder, 'all'), options)
  await generateDataset({ ...request, partIdentities: 3 }, join(folder, 'other parts'), options)
  await generateDataset({ ...request, count: 4 }, join(folder, 'first four'), options)
  await generateDataset({ ...request, seed: 6 }, join(folder, 'other seed'), options)
  const all = await recordsOf(join(folder, 'all'))
  expect(await recordsOf(join(folder, 'other parts'))).toEqual(all)
  expect(await recordsOf(join(folder, 'first four'))).toEqual(all.slice(0, 20))
  const other = await recordsOf(join(folder, 'other seed'))
  for (const [i, { bytes }] of other.entries()) expect(bytes).not.toEqual(all[i].bytes)
})

test('a run that was interrupted goes on and ends with the same bytes', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const formats = DATASET_FORMATS
  await generateDataset(request, join(folder, 'whole'), { ...options, formats })
  const out = join(folder, 'resumed')
  await generateDataset(request, out, { ...options, formats: ['folder'], keepParts: true })
  // As if it had been killed while part 2 was made, with a form half written.
  const made = (await readdir(join(out, 'parts'))).sort()
  expect(made).toEqual(['000000.part', '000001.part', '000002.part', '000003.part'])
  await rm(join(out, 'parts', made[2]))
  await rm(join(out, 'manifest.json'))
  await writeFile(join(out, 'parts', '000002.part.half.tmp'), 'half of it')
  await mkdir(join(out, 'recordio.tmp'))
  await writeFile(join(out, 'dataset.tmp'), 'half of it')
  await generateDataset(request, out, { ...options, formats })
  expect(await contentOf(out)).toEqual(await contentOf(join(folder, 'whole')))
})

test('a finished run is not made again', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const out = join(folder, 'out')
  const first = await generateDataset(request, out, options)
  await rm(join(out, 'folder'), { recursive: true })
  expect(await generateDataset(request, out, options)).toEqual(first)
  expect(await readdir(out)).toEqual(['manifest.json', 'run.json'])
  await expect(generateDataset(request, out, { ...options, formats: ['lmdb'] })).rejects.toThrow(
    'the dataset is finished as folder, not as lmdb',
  )
})

test('a damaged part is noticed and named', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const out = join(folder, 'out')
  await generateDataset(request, out, { ...options, keepParts: true })
  await rm(join(out, 'manifest.json'))
  const path = join(out, 'parts', '000001.part')
  const bytes = await readFile(path)
  bytes[1000] ^= 1
  await writeFile(path, bytes)
  await expect(generateDataset(request, out, options)).rejects.toThrow(`${path}: this part is damaged`)
})

test('a folder that holds another run, or other files, is refused', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const out = join(folder, 'out')
  await generateDataset(request, out, options)
  await expect(generateDataset({ ...request, seed: 6 }, out, options)).rejects.toThrow(
    'the folder holds another run: seed 5 instead of 6',
  )
  await expect(
    generateDataset({ ...request, sigmas: [{ sigma: 1, share: 1 }] }, out, options),
  ).rejects.toThrow('sigmas 0.3:0.4,0.5:0.4,0.7:0.2 instead of 1:1')
  const full = join(folder, 'full')
  await mkdir(full)
  await copyFile(request.identities, join(full, 'thesis.tex'))
  await expect(generateDataset(request, full, options)).rejects.toThrow('the folder holds other files')
})

test('vectors that are not fit are refused, and the message says which', async () => {
  const folder = await temporaryFolder()
  const request = await smallRequest(folder)
  const refused = async (change: (vectors: Float32Array) => void, width = 512) => {
    const vectors = randomVectors(6, width)
    change(vectors)
    const identities = await writeVectors(join(folder, 'bad.npy'), vectors, width)
    return generateDataset({ ...request, identities }, join(folder, 'out'), options).catch(
      (error: Error) => error.message,
    )
  }
  expect(await refused(() => {}, 256)).toContain('the vectors have 256 numbers, this generator takes 512')
  expect(await refused((v) => v.fill(Number.NaN, 515, 516))).toContain(
    'bad.npy: row 1: number 3 of this vector is NaN',
  )
  expect(await refused((v) => v.fill(0, 1024, 1536))).toContain('row 2: this vector has no length')
  expect(await refused((v) => v.copyWithin(2048, 512, 1024))).toContain('rows 1 and 4 are the same vector')
  const identities = await writeVectors(join(folder, 'few.npy'), randomVectors(3))
  await expect(
    generateDataset({ ...request, identities, count: 4 }, join(folder, 'out'), options),
  ).rejects.toThrow('rows 0 to 3 are wanted, the file has 3')
})

test('a generator that gives NaN: the message names identity, image and vector', async () => {
  const folder = await temporaryFolder()
  const vectors = randomVectors(6).map(Math.abs)
  vectors[4 * 512 + 7] = -0.5
  const request = {
    ...(await smallRequest(folder)),
    generator: ROOT_GENERATOR,
    sigmas: [{ sigma: 0, share: 1 }],
    identities: await writeVectors(join(folder, 'v.npy'), vectors),
  }
  await expect(generateDataset(request, join(folder, 'out'), options)).rejects.toThrow(
    /^identity 4, image 0 \(row 4 of .*v\.npy\): the generator gave NaN instead of a colour/,
  )
  expect((await readdir(join(folder, 'out', 'parts'))).sort()).toEqual(['000000.part', '000001.part'])
})

test("a batch beyond the descriptor's is an error, not another batch", async () => {
  const folder = await temporaryFolder()
  const request = {
    ...(await smallRequest(folder)),
    generator: 'models/demo/demo-generator.onnx',
    batch: 256,
  }
  await expect(generateDataset(request, join(folder, 'out'), options)).rejects.toThrow(
    "--batch: the descriptor of demo-generator says batches of 1 to 64, not 256; use --batch 64, or correct 'batch' there",
  )
})
