import { describe, expect, it } from 'vitest'
import { attropSpecSchema, idsOf, requestOf } from '../../src/run/attrop-spec.js'

const quality = { model: 'magface', target: 25 }

describe('AttrOP in a spec', () => {
  it("has the paper's numbers where it says nothing, and networks by their ids", () => {
    const spec = attropSpecSchema.parse({ recogniser: 'r100', quality })
    expect(idsOf(spec)).toEqual(['r100', 'magface'])
    expect(requestOf(spec, (id) => `models/${id}.onnx`)).toEqual({
      networks: { recogniser: 'models/r100.onnx', quality: 'models/magface.onnx' },
      settings: {
        weights: { identity: 100, quality: 1, pose: 1 },
        quality: 25,
        learningRate: 0.1,
        steps: 30,
        everyStep: false,
        masks: 'each-step',
      },
    })
  })

  it.each([
    [30, [{ yaw: 30, share: 1 }]],
    ['0..60', { low: 0, high: 60 }],
    ['0:0.5,60:0.5', [0, 60].map((yaw) => ({ yaw, share: 0.5 }))],
  ])('asks for a yaw of %s', (yaw, expected) => {
    const spec = attropSpecSchema.parse({ recogniser: 'r', pose: { model: '6drepnet', yaw } })
    expect(requestOf(spec, (id) => id).settings.yaw).toEqual(expected)
    expect(idsOf(spec)).toEqual(['r', '6drepnet'])
  })

  it.each([
    [{ recogniser: 'r' }, /neither a quality nor a pose is asked for/],
    [{ quality }, /recogniser/],
    [{ recogniser: 'r', quality: { model: 'magface' } }, /target/],
    [{ recogniser: 'r', pose: { model: 'p', yaw: 120 } }, /'120' is no yaw that can be asked for/],
    [{ recogniser: 'r', pose: { model: 'p', yaw: '60..0' } }, /the range 60..0 is empty/],
    [{ recogniser: 'r', quality, steps: 0 }, /steps/],
    [{ recogniser: 'r', quality, step: 5 }, /step/],
  ])('%j is refused', (spec, message) => {
    expect(attropSpecSchema.safeParse(spec).error?.message).toMatch(message)
  })
})
