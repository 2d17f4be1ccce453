/**
 * Encoding images of 112x112 as JPEG, this program's encoder beside libvips', in turns: processor milliseconds an image (libvips' are
 * of its threads, too), their ratio, and whether the bytes are the same but for libvips' missing JFIF segment.
 *
 *   node build/benchmarks/perf/jpeg.js [--images 1500] [--turns 5] [--quality 75]
 */
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { IMAGE_SIDE, realLikeImages } from '../../src/demo/index.js'
import { encodeJpeg, type JpegSettings } from '../../src/images/jpeg/encode-jpeg.js'

const { values } = parseArgs({
  options: {
    images: { type: 'string', default: '1500' },
    turns: { type: 'string', default: '5' },
    quality: { type: 'string', default: '75' },
  },
})
const [images, quality] = [Number(values.images), Number(values.quality)]
const settings: JpegSettings = { quality, chromaSubsampling: '4:2:0' }
const [DIFFERENT, AT_ONCE, JFIF, START] = [50, 50, 18, 2]

const pictures: Uint8Array[] = []
for await (const picture of realLikeImages(DIFFERENT, 1)) pictures.push(Uint8Array.from(picture))
const pictureAt = (i: number): Uint8Array => pictures[i % pictures.length]

const byLibvips = (pixels: Uint8Array): Promise<Buffer> =>
  sharp(pixels, { raw: { width: IMAGE_SIDE, height: IMAGE_SIDE, channels: 3 } })
    .jpeg({ ...settings, optimiseCoding: false })
    .toBuffer()
const byUs = (pixels: Uint8Array): Uint8Array => encodeJpeg(pixels, IMAGE_SIDE, IMAGE_SIDE, settings)

async function processorTime(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / images
}

let same = 0
for (const picture of pictures)
  if (Buffer.compare(byUs(picture).subarray(START + JFIF), (await byLibvips(picture)).subarray(START)) === 0)
    same++
console.log(`${same} of ${pictures.length} files have the same bytes`)
for (let turn = 0; turn < Number(values.turns); turn++) {
  const ours = await processorTime(async () => {
    for (let i = 0; i < images; i++) byUs(pictureAt(i))
  })
  const theirs = await processorTime(async () => {
    for (let i = 0; i < images; i += AT_ONCE)
      await Promise.all(Array.from({ length: AT_ONCE }, (_, j) => byLibvips(pictureAt(i + j))))
  })
  console.log(
    `turn ${turn}: ${ours.toFixed(3)} ms an image, libvips ${theirs.toFixed(3)} (${(theirs / ours).toFixed(2)} times as long)`,
  )
}
