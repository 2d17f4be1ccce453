import { expect, test } from 'vitest'
import { DetectorInput } from '../../src/faces/detector-input.js'
import type { RawPixels } from '../../src/images/image.js'
import { detectorSchema } from '../../src/models/roles/detector.js'

const input = detectorSchema.shape.input.parse({ name: 'x' })
const image = (width: number, height: number): RawPixels => ({
  kind: 'pixels',
  width,
  height,
  data: Uint8Array.from({ length: 3 * width * height }, (_, i) => i % 251),
})

test('a GPU is given few sizes, of which the photograph fills the upper left corner as on the processor', () => {
  const photograph = image(250, 333)
  const [here, there] = [new DetectorInput(input), new DetectorInput(input, 'cuda')]
  expect(here.sizeFor(photograph)).toEqual({ width: 256, height: 352 })
  expect(there.sizeFor(photograph)).toEqual({ width: 640, height: 640 })
  const [plain, padded] = [here.fill(photograph).slice(), there.fill(photograph)]
  for (let channel = 0; channel < 3; channel++)
    for (let y = 0; y < 352; y++) {
      const own = (channel * 352 + y) * 256
      const other = (channel * 640 + y) * 640
      expect(padded.subarray(other, other + 256)).toEqual(plain.subarray(own, own + 256))
    }
  const sizes = new Set<string>()
  for (let side = 100; side <= 640; side++) sizes.add(JSON.stringify(there.sizeFor(image(side, 1))))
  expect([...sizes].map((size) => JSON.parse(size).width)).toEqual([160, 320, 640])
})
