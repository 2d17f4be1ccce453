import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Attributes, NEUTRAL_ATTRIBUTES } from '../../src/demo/attributes.js'
import { type Identity, sampleIdentity, traitsOf } from '../../src/demo/identity.js'
import { aimCamera, project, rotationOf } from '../../src/demo/render/camera.js'
import { HEAD } from '../../src/demo/shape/head-mesh.js'
import { LANDMARK_VERTICES, shapeHead, shapePerson } from '../../src/demo/shape/head-shape.js'
import { createSurface } from '../../src/demo/shape/surface.js'
import { ARCFACE_TEMPLATE } from '../../src/faces/arcface-template.js'

/** Where the five landmarks fall in the image, pixels. */
function landmarksOf(identity: Identity, attributes: Attributes): { x: number; y: number }[] {
  const person = new Float32Array(HEAD.positions.length)
  const head = createSurface(HEAD.positions, HEAD.triangles)
  shapePerson(person, traitsOf(identity))
  shapeHead(head, person, attributes)
  project(head, aimCamera(head, LANDMARK_VERTICES, attributes), 1)
  return LANDMARK_VERTICES.map((v) => ({ x: head.screen[3 * v], y: head.screen[3 * v + 1] }))
}

const turned = (change: Partial<Attributes>): Attributes => ({ ...NEUTRAL_ATTRIBUTES, ...change })

/** How far right of the middle between the eyes the tip of the nose is, in distances of the eyes. */
function noseOffset(identity: Identity, yaw: number): number {
  const [left, right, nose] = landmarksOf(identity, turned({ yaw }))
  return (nose.x - (left.x + right.x) / 2) / Math.hypot(right.x - left.x, right.y - left.y)
}

describe('rotation', () => {
  it('is orthonormal and preserves handedness', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -80, max: 80, noNaN: true }),
        fc.double({ min: -30, max: 30, noNaN: true }),
        (yaw, pitch) => {
          const r = rotationOf(yaw, pitch)
          for (let i = 0; i < 3; i++)
            for (let j = 0; j < 3; j++) {
              const dot = r[3 * i] * r[3 * j] + r[3 * i + 1] * r[3 * j + 1] + r[3 * i + 2] * r[3 * j + 2]
              expect(dot).toBeCloseTo(i === j ? 1 : 0, 12)
            }
          const cross =
            r[0] * (r[4] * r[8] - r[5] * r[7]) -
            r[1] * (r[3] * r[8] - r[5] * r[6]) +
            r[2] * (r[3] * r[7] - r[4] * r[6])
          expect(cross).toBeCloseTo(1, 12)
        },
      ),
    )
  })

  it('takes the nose right for positive yaw and up for positive pitch', () => {
    expect(rotationOf(30, 0)[2]).toBeCloseTo(0.5, 12)
    expect(rotationOf(0, 30)[5]).toBeCloseTo(0.5, 12)
  })
})

describe('alignment', () => {
  it("puts frontal faces' landmarks within 4 pixels of ArcFace's template on average", () => {
    for (let n = 0; n < 20; n++) {
      const landmarks = landmarksOf(sampleIdentity(1, 'train', n), NEUTRAL_ATTRIBUTES)
      const off = landmarks.map(({ x, y }, i) =>
        Math.hypot(x - ARCFACE_TEMPLATE[i][0], y - ARCFACE_TEMPLATE[i][1]),
      )
      expect(off.reduce((sum, d) => sum + d) / 5).toBeLessThan(4)
    }
  })

  it('leaves roll in the crop, clockwise when positive', () => {
    const mean = new Float32Array(sampleIdentity(1, 'train', 0).length)
    for (const roll of [-15, 0, 15]) {
      const [left, right] = landmarksOf(mean, turned({ roll }))
      expect((Math.atan2(right.y - left.y, right.x - left.x) * 180) / Math.PI).toBeCloseTo(roll, 0)
    }
  })
})

describe('yaw', () => {
  it('moves the nose to its own side, farther for larger angles', () => {
    const person = sampleIdentity(1, 'train', 4)
    const offsets = [-60, -40, -20, 0, 20, 40, 60].map((yaw) => noseOffset(person, yaw))
    expect([...offsets].sort((a, b) => a - b)).toEqual(offsets)
    expect(offsets[0]).toBeLessThan(-0.3)
    expect(offsets[6]).toBeGreaterThan(0.3)
  })

  it('mirrored, mirrors the landmarks of a symmetric face', () => {
    // ArcFace's template is itself not quite symmetric, which turns the crop a little.
    const mean = new Float32Array(sampleIdentity(1, 'train', 0).length)
    for (const yaw of [10, 35, 70])
      expect(Math.abs(noseOffset(mean, -yaw) + noseOffset(mean, yaw))).toBeLessThan(0.03)
  })
})
