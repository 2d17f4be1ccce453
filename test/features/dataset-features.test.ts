import { existsSync, readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readNpy } from '../../src/arrays/npy.js'
import type { DatasetReader } from '../../src/datasets/dataset.js'
import { ImageFolderReader } from '../../src/datasets/image-folder/reader.js'
import { ImageFolderWriter } from '../../src/datasets/image-folder/writer.js'
import { renderImage, sampleAttributes, sampleIdentity, traitsOf } from '../../src/demo/index.js'
import { identityFeatures } from '../../src/features/identity-features.js'
import { writeImageFeatures } from '../../src/features/image-features.js'
import { encodeJpeg } from '../../src/images/jpeg/encode-jpeg.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { ModelSession } from '../../src/models/session.js'
import { packageFile } from '../../src/program.js'
import { type Fed, watchNetworks } from '../onnx/failing-network.js'
import { scratchFolder } from '../scratch.js'

const [IDENTITIES, EACH] = [4, 10]
const folder = scratchFolder()
const recogniser = requireRole(
  await loadModel(packageFile('models/demo/demo-recogniser-a.onnx').pathname),
  'recogniser',
)

/** Faces of the demo world as image folders. */
async function openFaces(): Promise<DatasetReader> {
  return ImageFolderReader.open(join(folder, 'faces'))
}

/** The dataset, whose image number `at` can't be read any more. */
async function brokenAt(at: number): Promise<DatasetReader> {
  const whole = await openFaces()
  return {
    format: whole.format,
    path: whole.path,
    grouped: whole.grouped,
    identityNames: whole.identityNames,
    imageCount: IDENTITIES * EACH,
    async *records() {
      let image = 0
      for await (const record of whole.records()) {
        if (image++ === at) throw new Error('the disk is gone')
        yield record
      }
    },
    close: () => whole.close(),
  }
}

beforeAll(async () => {
  const writer = await ImageFolderWriter.create(join(folder, 'faces'))
  const settings = { quality: 90, chromaSubsampling: '4:4:4' } as const
  for (let identity = 0; identity < IDENTITIES; identity++) {
    const face = sampleIdentity(1, 'train', identity)
    for (let image = 0; image < EACH; image++) {
      const attributes = sampleAttributes(1, 'train', identity, image, 'train', traitsOf(face))
      const bytes = encodeJpeg(renderImage(face, attributes), 112, 112, settings)
      await writer.write({ identity, image, bytes })
    }
  }
  await writer.close()
})

describe('an interrupted run goes on and ends with the same bytes', () => {
  const options = { batch: 4, every: 8 }

  test.each([
    ['before the first checkpoint', 3],
    ['after some', 21],
    ['at the last image', 39],
  ])('the feature of each image: interrupted %s', async (_, at) => {
    const session = await ModelSession.open(recogniser, { threads: 2 })
    const [whole, resumed] = [join(folder, `whole-${at}.npy`), join(folder, `resumed-${at}.npy`)]
    const labels = join(folder, `labels-${at}.npy`)
    await writeImageFeatures(session, await openFaces(), whole, options)
    const broken = writeImageFeatures(session, await brokenAt(at), resumed, { ...options, labels })
    await expect(broken).rejects.toThrow('the disk is gone')
    expect(existsSync(resumed)).toBe(false)
    expect(
      await writeImageFeatures(session, await openFaces(), resumed, { ...options, labels }),
    ).toMatchObject({ images: 40 })
    expect(readFileSync(resumed).equals(readFileSync(whole))).toBe(true)
    const { data } = await readNpy(labels)
    expect([...data]).toEqual(Array.from({ length: 40 }, (_, i) => Math.floor(i / EACH)))
    for (const left of ['.partial', '.checkpoint']) expect(existsSync(resumed + left)).toBe(false)
    await session.close()
  })

  test('a GPU that goes away, or has no room for a batch: it is told, and what was done stays done', async () => {
    const session = await ModelSession.open(recogniser, { threads: 1 })
    const [whole, resumed] = [join(folder, 'whole-gpu.npy'), join(folder, 'resumed-gpu.npy')]
    await writeImageFeatures(session, await openFaces(), whole, options)
    const gone = 'CUDA failure 46: all CUDA-capable devices are busy or unavailable ; GPU=0'
    const full = 'CUDNN failure 4004: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_ALLOCATION_FAILED ; GPU=0'
    const attempts = [
      { fails: (_: Fed, calls: number) => (calls === 3 ? gone : undefined), told: /the GPU went away \(all/ },
      {
        fails: ({ [recogniser.descriptor.input.name]: { dims } }: Fed, calls: number) =>
          calls > 2 && dims[0] > 3 ? full : undefined,
        told: /a batch of 4 failed: .* a batch of 2 was tried and fits: use --batch 2/,
      },
    ]
    for (const { fails, told } of attempts) {
      const watched = watchNetworks(fails)
      await expect(writeImageFeatures(session, await openFaces(), resumed, options)).rejects.toThrow(told)
      watched.end()
    }
    const watched = watchNetworks()
    await writeImageFeatures(session, await openFaces(), resumed, options)
    watched.end()
    // Of ten calls three were made at each of the two attempts.
    expect(watched.shapes).toHaveLength(4)
    expect(readFileSync(resumed).equals(readFileSync(whole))).toBe(true)
    await session.close()
  })

  test('images that do not decode are left out, before and after the interruption', async () => {
    const session = await ModelSession.open(recogniser, { threads: 2 })
    const skipping = { ...options, skipUnreadable: true }
    const [whole, resumed] = [join(folder, 'whole-skipped.npy'), join(folder, 'resumed-skipped.npy')]
    const noisy = (reader: DatasetReader, ...places: number[]): DatasetReader => ({
      ...reader,
      path: 'faces',
      imageCount: IDENTITIES * EACH,
      async *records() {
        let image = 0
        for await (const record of reader.records())
          yield places.includes(image++) ? { ...record, bytes: Uint8Array.of(1, 2, 3) } : record
      },
    })
    const labels = join(folder, 'labels-skipped.npy')
    await writeImageFeatures(session, noisy(await openFaces(), 3, 30), whole, skipping)
    const broken = writeImageFeatures(session, noisy(await brokenAt(21), 3, 30), resumed, {
      ...skipping,
      labels,
    })
    await expect(broken).rejects.toThrow('the disk is gone')
    const done = await writeImageFeatures(session, noisy(await openFaces(), 3, 30), resumed, {
      ...skipping,
      labels,
    })
    expect([done.images, done.unreadable.count]).toEqual([38, 2])
    expect(done.unreadable.first.map(({ name }) => name)).toEqual([
      'image 4',
      expect.stringContaining('/000.jpg'),
    ])
    expect(readFileSync(resumed).equals(readFileSync(whole))).toBe(true)
    const expected = Array.from({ length: 40 }, (_, i) => Math.floor(i / EACH)).filter(
      (_, i) => i !== 3 && i !== 30,
    )
    expect([...(await readNpy(labels)).data]).toEqual(expected)
    await session.close()
  })

  test('so they are where threads share the images', async () => {
    const many = async (reader: DatasetReader): Promise<DatasetReader> => ({
      ...reader,
      path: 'many',
      imageCount: 320,
      async *records() {
        for (let time = 0; time < 8; time++) {
          for await (const record of reader.records()) {
            const noise = (time + record.identity * EACH + record.image) % 37 === 0
            yield noise ? { ...record, bytes: Uint8Array.of(1, 2, 3) } : record
          }
        }
      },
    })
    const files: Buffer[] = []
    for (const threads of [1, 2]) {
      const session = await ModelSession.open(recogniser, { threads })
      const path = join(folder, `threads-${threads}.npy`)
      const options = { batch: 16, skipUnreadable: true }
      const { images, unreadable } = await writeImageFeatures(
        session,
        await many(await openFaces()),
        path,
        options,
      )
      expect(images + unreadable.count).toBe(320)
      expect(unreadable.count).toBeGreaterThan(6)
      files.push(readFileSync(path))
      await session.close()
    }
    expect(files[1].length).toBe(files[0].length)
    const [one, two] = files.map(
      (file) => new Float32Array(Uint8Array.prototype.slice.call(file, 128).buffer),
    )
    for (let i = 0; i < one.length; i++) expect(Math.abs(one[i] - two[i])).toBeLessThan(1e-4)
  })

  test('rows that a power cut took are named', async () => {
    const session = await ModelSession.open(recogniser, { threads: 2 })
    const path = join(folder, 'cut.npy')
    await expect(writeImageFeatures(session, await brokenAt(21), path, options)).rejects.toThrow()
    truncateSync(`${path}.partial`, 1000)
    await expect(writeImageFeatures(session, await openFaces(), path, options)).rejects.toThrow(
      /cut\.npy\.partial: the file ends before row \d+; delete it and begin anew/,
    )
    await session.close()
  })

  test('what another network began is begun anew', async () => {
    const session = await ModelSession.open(recogniser, { threads: 2 })
    const other = requireRole(
      await loadModel(packageFile('models/demo/demo-recogniser-b.onnx').pathname),
      'recogniser',
    )
    const [path, whole] = [join(folder, 'other.npy'), join(folder, 'whole.npy')]
    const otherSession = await ModelSession.open(other, { threads: 2 })
    await expect(writeImageFeatures(otherSession, await brokenAt(21), path, options)).rejects.toThrow()
    await writeImageFeatures(session, await openFaces(), path, options)
    await writeImageFeatures(session, await openFaces(), whole, options)
    expect(readFileSync(path).equals(readFileSync(whole))).toBe(true)
    await session.close()
    await otherSession.close()
  })

  test('where an image that was done is another by now, it is begun anew', async () => {
    const session = await ModelSession.open(recogniser, { threads: 2 })
    const faces = await openFaces()
    const changed: DatasetReader = {
      ...faces,
      path: faces.path,
      imageCount: IDENTITIES * EACH,
      async *records() {
        let last: Uint8Array | undefined
        for await (const record of faces.records()) {
          yield record.identity === 1 && record.image === 1 && last ? { ...record, bytes: last } : record
          last = record.bytes
        }
      },
      close: () => faces.close(),
    }
    const [path, whole] = [join(folder, 'changed.npy'), join(folder, 'changed-whole.npy')]
    await expect(writeImageFeatures(session, await brokenAt(21), path, options)).rejects.toThrow()
    await writeImageFeatures(session, changed, path, options)
    await writeImageFeatures(session, changed, whole, options)
    expect(readFileSync(path).equals(readFileSync(whole))).toBe(true)

    const checkpoint = { path: join(folder, 'changed.checkpoint'), key: 'faces', every: 8 }
    await expect(identityFeatures(session, await brokenAt(30), { batch: 4, checkpoint })).rejects.toThrow()
    const resumed = await identityFeatures(session, changed, { batch: 4, checkpoint })
    expect(resumed).toEqual(await identityFeatures(session, changed, { batch: 4 }))
    await session.close()
  })

  test('the mean feature of each identity', async () => {
    const session = await ModelSession.open(recogniser, { threads: 2 })
    const checkpoint = { path: join(folder, 'identities.checkpoint'), key: 'faces', every: 8 }
    const whole = await identityFeatures(session, await openFaces(), { batch: 4 })
    const broken = identityFeatures(session, await brokenAt(30), { batch: 4, checkpoint })
    await expect(broken).rejects.toThrow('the disk is gone')
    const resumed = await identityFeatures(session, await openFaces(), { batch: 4, checkpoint })
    expect(resumed).toEqual(whole)
    expect(whole.features.rows).toBe(IDENTITIES)
    await session.close()
  })
})
