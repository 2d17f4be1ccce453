import fc from 'fast-check'
import { describe, it } from 'vitest'
import { expectGradient, type Given } from './central-differences.js'

const integers = (values: readonly number[], shape = [values.length]): Given => ({
  shape,
  constant: { type: 'int64', values },
})
const none: Given = { shape: [0], constant: { type: 'float32', values: [] } }
const floats = (values: readonly number[]): Given => ({
  shape: [values.length],
  constant: { type: 'float32', values },
})

describe('Resize, against central differences', () => {
  it('Resize: all modes and coordinates, by scales and by sizes', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom('nearest', 'linear', 'cubic'),
        fc.constantFrom('half_pixel', 'asymmetric', 'align_corners', 'pytorch_half_pixel'),
        fc.constantFrom('round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'),
        fc.tuple(fc.integer({ min: 2, max: 4 }), fc.integer({ min: 2, max: 4 })),
        fc.tuple(fc.integer({ min: 2, max: 7 }), fc.integer({ min: 2, max: 7 })),
        fc.boolean(),
        async (mode, coordinate_transformation_mode, nearest_mode, [h, w], [up, across], bySizes) => {
          const scales = [1, 1, up / h, across / w]
          const inputs = bySizes
            ? [{ shape: [1, 2, h, w] }, none, none, integers([1, 2, up, across])]
            : [{ shape: [1, 2, h, w] }, none, floats(scales)]
          await expectGradient({
            opType: 'Resize',
            type: 'float32',
            inputs,
            attributes: { mode, coordinate_transformation_mode, nearest_mode },
          })
        },
      ),
      { numRuns: 40 },
    ))

  it('Resize that repeats, of sizes known by name', async () => {
    const attributes = {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    }
    await expectGradient({
      opType: 'Resize',
      type: 'float32',
      inputs: [{ shape: [2, 2, 3, 2] }, none, floats([1, 1, 2, 3])],
      attributes,
      symbolic: true,
    })
  })
})
