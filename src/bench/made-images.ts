import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type DatasetFormat, datasetFormat } from '../datasets/formats.js'
import { IMAGE_SIDE, realLikeImages } from '../demo/index.js'
import { encodeJpeg } from '../images/jpeg/encode-jpeg.js'

/** Different images: a reader and a decoder take as long for the same ones again. */
const DIFFERENT = 64
const SEED = 7
const PER_IDENTITY = 50
const JPEG = { quality: 75, chromaSubsampling: '4:2:0' } as const

let rendered: Promise<Uint8Array[]> | undefined

async function render(): Promise<Uint8Array[]> {
  const images: Uint8Array[] = []
  for await (const pixels of realLikeImages(DIFFERENT, SEED))
    images.push(encodeJpeg(pixels, IMAGE_SIDE, IMAGE_SIDE, JPEG))
  return images
}

/** Writes a dataset of so many rendered faces (JPEG, 112x112) into a folder. @returns where it lies */
export async function madeDataset(folder: string, format: DatasetFormat, images: number): Promise<string> {
  await mkdir(folder, { recursive: true })
  rendered ??= render()
  const bytes = await rendered
  const { create, outputName } = datasetFormat(format)
  const path = join(folder, `${images}-${outputName}`)
  const writer = await create(path)
  for (let i = 0; i < images; i++) {
    const identity = Math.floor(i / PER_IDENTITY)
    await writer.write({ identity, image: i % PER_IDENTITY, bytes: bytes[i % DIFFERENT] })
  }
  await writer.close()
  return path
}
