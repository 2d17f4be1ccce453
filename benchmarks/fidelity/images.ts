import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { resizeAntialiased } from '../../src/images/antialiased-resize.js'
import { decodeImage } from '../../src/images/image-decoding.js'
import { encodeJpeg } from '../../src/images/jpeg/encode-jpeg.js'
import { RandomStream } from '../../src/random/philox.js'
import { runPython } from '../../test/python.js'
import { type Check, inFolder, largestDifference } from './check.js'

function noise(width: number, height: number): Uint8Array {
  const random = new RandomStream(2, 'fidelity-noise')
  return Uint8Array.from({ length: width * height * 3 }, () => random.nextInt(256))
}

const decoding: Check = {
  name: 'decoded pixels: JPEG, PNG, WebP, GIF, TIFF, BMP, PNM of every kind',
  reference: "Pillow, convert('RGB')",
  unit: 'levels',
  tolerance: 0,
  needs: ['PIL', 'numpy'],
  compare: () =>
    inFolder(async (folder) => {
      const script = join('test', 'images', 'pillow_images.py')
      const theirs: Record<string, string> = JSON.parse(runPython([script, folder]).toString())
      let difference = 0
      for (const [name, rgb] of Object.entries(theirs)) {
        const { data } = await decodeImage(readFileSync(join(folder, name)), name)
        difference = Math.max(difference, largestDifference(data, Buffer.from(rgb, 'base64')))
      }
      return { difference, of: `${Object.keys(theirs).length} files` }
    }),
}

const encoding: Check = {
  name: 'JPEG files',
  reference: "Pillow, save('JPEG', quality, subsampling)",
  unit: 'bytes that differ',
  tolerance: 0,
  needs: ['PIL'],
  compare: async () => {
    const [width, height] = [112, 96]
    const pixels = noise(width, height)
    const settings = [30, 75, 90, 95, 100].flatMap((quality) =>
      (['4:2:0', '4:4:4'] as const).map((chromaSubsampling) => ({ quality, chromaSubsampling })),
    )
    const script = `import io, json, sys
from PIL import Image
image = Image.frombytes('RGB', (${width}, ${height}), sys.stdin.buffer.read())
for quality, subsampling in json.loads(sys.argv[1]):
    file = io.BytesIO()
    image.save(file, 'JPEG', quality=quality, subsampling=subsampling)
    print(file.getvalue().hex())`
    const asked = settings.map((it) => [it.quality, it.chromaSubsampling === '4:2:0' ? 2 : 0])
    const lines = runPython(['-c', script, JSON.stringify(asked)], pixels)
      .toString()
      .trim()
      .split('\n')
    let difference = 0
    for (const [i, setting] of settings.entries()) {
      const [ours, theirs] = [encodeJpeg(pixels, width, height, setting), Buffer.from(lines[i], 'hex')]
      difference += Math.abs(ours.length - theirs.length)
      ours.forEach((byte, at) => {
        if (byte !== theirs[at]) difference++
      })
    }
    return { difference, of: `${settings.length} files` }
  },
}

const resizing: Check = {
  name: "antialiased resizing (6DRepNet's input)",
  reference: 'Pillow, resize(BILINEAR)',
  unit: 'levels',
  tolerance: 0,
  needs: ['PIL'],
  compare: async () => {
    const sizes = [
      [112, 112, 224, 224],
      [300, 256, 224, 191],
      [640, 480, 298, 224],
    ]
    const script = `import json, sys
from PIL import Image
for width, height, *to in json.loads(sys.argv[1]):
    image = Image.frombytes('RGB', (width, height), sys.stdin.buffer.read(3 * width * height))
    sys.stdout.buffer.write(image.resize(to, Image.BILINEAR).tobytes())`
    const pictures = sizes.map(([width, height]) => noise(width, height))
    const theirs = runPython(['-c', script, JSON.stringify(sizes)], Buffer.concat(pictures))
    const ours = sizes.map(([width, height, toWidth, toHeight], i) => {
      return resizeAntialiased({ kind: 'pixels', width, height, data: pictures[i] }, toWidth, toHeight).data
    })
    return { difference: largestDifference(Buffer.concat(ours), theirs), of: `${sizes.length} images` }
  },
}

export const IMAGE_CHECKS: readonly Check[] = [decoding, encoding, resizing]
