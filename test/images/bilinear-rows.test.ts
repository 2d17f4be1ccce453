import { expect, test } from 'vitest'
import { compilePreprocessing } from '../../src/features/preprocessing.js'
import { bilinearRows } from '../../src/images/bilinear-rows.js'
import type { RawPixels } from '../../src/images/image.js'
import { imageInputSchema } from '../../src/models/descriptor.js'
import { pythonHas, runPython } from '../python.js'
import { noise } from './noise.js'

/** Level of one pixel of the result, as the definition has it. */
function level(image: RawPixels, size: readonly [number, number], x: number, y: number, c: number): number {
  const place = (source: number, result: number, i: number) => {
    const at = Math.max(0, (i + 0.5) * (source / result) - 0.5)
    const first = Math.floor(at)
    return { first, second: Math.min(first + 1, source - 1), share: at - first }
  }
  const across = place(image.width, size[0], x)
  const down = place(image.height, size[1], y)
  const row = (of: number) => {
    const at = (column: number) => image.data[(of * image.width + column) * 3 + c]
    return at(across.first) * (1 - across.share) + at(across.second) * across.share
  }
  return row(down.first) * (1 - down.share) + row(down.second) * down.share
}

const SIZES = [
  [112, 112, 299, 299],
  [250, 250, 299, 299],
  [300, 256, 112, 96],
  [1023, 67, 24, 24],
  [5, 7, 30, 41],
  [1, 1, 5, 4],
  [9, 9, 9, 3],
] as const

test('each level is that of the definition to the bit, rows in any order, images of changing sizes', () => {
  for (const [w, h, width, height] of SIZES) {
    const resize = bilinearRows(width, height)
    const into = new Float64Array(width)
    for (const image of [noise(w, h), noise(h, w), noise(w, h)]) {
      const rows = resize(image)
      const wanted = Array.from({ length: 3 * height }, (_, i) => {
        const [y, c] = [(i * 7) % height, i % 3]
        rows(y, c, into)
        return into.every((value, x) => value === level(image, [width, height], x, y, c))
      })
      expect(wanted).not.toContain(false)
    }
  }
})

test.skipIf(!pythonHas('torch'))(
  "a network's input is that of PyTorch's interpolate in float64, difference at most 1e-6 (needs PyTorch)",
  () => {
    const script = `import json, sys, numpy, torch
for w, h, width, height in json.loads(sys.argv[1]):
    image = numpy.frombuffer(sys.stdin.buffer.read(3 * w * h), numpy.uint8).reshape(1, h, w, 3)
    levels = torch.from_numpy(image.copy()).permute(0, 3, 1, 2).double()
    there = torch.nn.functional.interpolate(levels, (height, width), mode='bilinear', align_corners=False)
    for each in (there, there.flip(3)):
        sys.stdout.buffer.write((2 * each / 255 - 1).float().contiguous().numpy().tobytes())`
    const images = SIZES.map(([w, h]) => noise(w, h))
    const bytes = runPython(
      ['-c', script, JSON.stringify(SIZES)],
      Buffer.concat(images.map(({ data }) => data)),
    )
    const wanted = new Float32Array(Uint8Array.from(bytes).buffer)
    let [from, most] = [0, 0]
    for (const [i, [, , width, height]] of SIZES.entries()) {
      const input = imageInputSchema.parse({ name: 'image', size: [height, width], resize: 'bilinear' })
      const preprocess = compilePreprocessing(input)
      const ours = new Float32Array(6 * width * height)
      preprocess(images[i], false, ours, 0, 'noise')
      preprocess(images[i], true, ours, 1, 'noise')
      for (const [k, value] of ours.entries()) most = Math.max(most, Math.abs(value - wanted[from + k]))
      from += ours.length
    }
    expect(from).toBe(wanted.length)
    expect(most).toBeLessThan(1e-6)
  },
)
