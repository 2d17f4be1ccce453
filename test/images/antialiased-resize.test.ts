import { expect, test } from 'vitest'
import { compilePreprocessing } from '../../src/features/preprocessing.js'
import { fitAntialiased, resizeAntialiased } from '../../src/images/antialiased-resize.js'
import type { RawPixels } from '../../src/images/image.js'
import { imageInputSchema } from '../../src/models/descriptor.js'
import { pythonHas, runPython } from '../python.js'
import { noise } from './noise.js'

/** What a Python function makes of each image, one after the other in one process, since importing takes long. */
function python(images: readonly RawPixels[], body: string, sizes: readonly (readonly number[])[]): Buffer {
  const script = `import json, sys
from PIL import Image
for width, height, *to in json.loads(sys.argv[1]):
    image = Image.frombytes('RGB', (width, height), sys.stdin.buffer.read(3 * width * height))
    sys.stdout.buffer.write(${body})`
  return runPython(['-c', script, JSON.stringify(sizes)], Buffer.concat(images.map(({ data }) => data)))
}

test.skipIf(!pythonHas('PIL'))('images are resized as by Pillow, difference 0 (needs Pillow)', () => {
  const sizes = [
    [112, 112, 224, 224],
    [224, 112, 224, 224],
    [300, 256, 224, 224],
    [1023, 767, 224, 224],
    [500, 7, 3, 41],
    [1, 1, 5, 4],
  ]
  const images = sizes.map(([width, height]) => noise(width, height))
  const ours = images.map((image, i) => resizeAntialiased(image, sizes[i][2], sizes[i][3]).data)
  const theirs = python(images, 'image.resize(to, Image.BILINEAR).tobytes()', sizes)
  expect(Buffer.concat(ours).equals(theirs)).toBe(true)
})

test.skipIf(!pythonHas('torchvision'))(
  "6DRepNet's input is that of its own code, difference at most 5e-7 (needs torchvision)",
  () => {
    const steps = `(lambda T: T.Compose([T.Resize(224), T.CenterCrop(224), T.ToTensor(),
      T.Normalize(mean=[0.485, 0.456, 0.406], std=[0.229, 0.224, 0.225])]))(__import__('torchvision').transforms)`
    const input = imageInputSchema.parse({
      name: 'image',
      size: [224, 224],
      resize: 'antialias',
      mean: [0.485, 0.456, 0.406],
      std: [0.229, 0.224, 0.225],
    })
    const sizes = [
      [112, 112],
      [96, 131],
      [640, 427],
      [301, 1000],
      [224, 224],
      [225, 224],
    ]
    const images = sizes.map(([width, height]) => noise(width, height))
    const bytes = python(images, `(${steps})(image).numpy().tobytes()`, sizes)
    const wanted = new Float32Array(Uint8Array.from(bytes).buffer)
    const ours = new Float32Array(sizes.length * 3 * 224 * 224)
    images.forEach((image, i) => {
      compilePreprocessing(input)(image, false, ours, i, 'noise')
    })
    expect(wanted.length).toBe(ours.length)
    expect(ours.reduce((most, value, i) => Math.max(most, Math.abs(value - wanted[i])), 0)).toBeLessThan(5e-7)
  },
)

test('a square of the size stays as it is', () => {
  const image = noise(9, 9)
  expect(fitAntialiased(image, 9).data).toEqual(image.data)
})
