import type { Similarity } from '../../faces/similarity-fit.js'
import type { Attributes } from '../attributes.js'
import { type Identity, skinMapOf, traitsOf } from '../identity.js'
import { Background, type Behind, clothesColour, Underlay } from '../paint/background.js'
import { complexionOf } from '../paint/complexion.js'
import { HairPainter } from '../paint/hair.js'
import { earPainter, headPainter, neckPainter, type Painter } from '../paint/head-painters.js'
import { paintOccluder } from '../paint/occluder.js'
import { Paint } from '../paint/paint.js'
import { SkinPainter } from '../paint/skin.js'
import { SkinMap } from '../paint/skin-map.js'
import { createEar, shapeEar } from '../shape/ears.js'
import {
  createHairCap,
  createHairCurtain,
  hairstyleOf,
  shapeHairCap,
  shapeHairCurtain,
} from '../shape/hair-shape.js'
import { HEAD } from '../shape/head-mesh.js'
import { LANDMARK_VERTICES, shapeHead, shapePerson } from '../shape/head-shape.js'
import { createNeck, shapeNeck } from '../shape/neck.js'
import { createSurface, type Surface } from '../shape/surface.js'
import { aimCamera, type Camera, placeCamera, project, SAMPLES_PER_PIXEL, screenPoint } from './camera.js'
import { Lighting } from './lighting.js'
import { DepthBuffer, Fragment } from './rasteriser.js'
import { blur, develop, IMAGE_SIDE, quantise, samplesOf } from './sensor.js'

/** Changes whenever the same identity and attributes may give other bytes. */
export const RENDERER_VERSION = 2

/** Hair this far outside the hairline is never seen. */
const HAIR_EDGE = -3
const [HEAD_ID, LEFT_EAR_ID, RIGHT_EAR_ID, NECK_ID] = [0, 1, 2, 3]
const [CAP_ID, CURTAIN_ID] = [0, 1]

/**
 * Draws faces: 112x112 RGB in the pose of aligned crops, or people anywhere in larger photographs. One renderer holds its buffers, so it serves one
 * image at a time; the picture depends on nothing but identity and attributes. About 6 ms an image.
 */
export class FaceRenderer {
  readonly #head = createSurface(HEAD.positions, HEAD.triangles)
  readonly #person = new Float32Array(HEAD.positions.length)
  readonly #skinMap = new SkinMap()
  #lastIdentity: Identity = new Float32Array(0)
  readonly #leftEar = createEar()
  readonly #rightEar = createEar()
  readonly #neck = createNeck()
  readonly #cap = createHairCap()
  readonly #curtain = createHairCurtain()
  readonly #solids: readonly Surface[] = [this.#head, this.#leftEar, this.#rightEar, this.#neck]
  readonly #hairs: readonly Surface[] = [this.#cap, this.#curtain]
  readonly #samples: number
  readonly #solidDepth: DepthBuffer
  readonly #hairDepth: DepthBuffer
  readonly #light: Float32Array
  readonly #levels: Float32Array
  readonly #scratch: Float32Array
  readonly #fragment = new Fragment()
  readonly #paint = new Paint()

  /** @param side of the images, pixels: an even number */
  constructor(readonly side = IMAGE_SIDE) {
    this.#samples = samplesOf(side)
    this.#solidDepth = new DepthBuffer(this.#samples)
    this.#hairDepth = new DepthBuffer(this.#samples)
    this.#light = new Float32Array(this.#samples ** 2 * 3)
    this.#levels = new Float32Array(side ** 2 * 3)
    this.#scratch = new Float32Array(side ** 2 * 3)
  }

  /** @returns `side * side * 3` bytes, row after row; written into `out` where given */
  render(identity: Identity, attributes: Attributes, out = new Uint8Array(this.side ** 2 * 3)): Uint8Array {
    this.draw(identity, attributes)
    return this.develop(attributes, out)
  }

  /**
   * Draws a person, in linear light.
   * @param place where a photograph has the crop that is rendered otherwise; as it is where left out
   * @param over leaves what was drawn before where the person is not: several people in one photograph
   * @returns x and y of the five landmarks, pixels
   */
  draw(identity: Identity, attributes: Attributes, place?: Similarity, over = false): number[] {
    const traits = traitsOf(identity)
    const complexion = complexionOf(traits, attributes)
    const style = hairstyleOf(traits, attributes)

    // Most images come person by person.
    if (!identity.every((value, i) => value === this.#lastIdentity[i])) {
      shapePerson(this.#person, traits)
      this.#skinMap.set(skinMapOf(identity))
      this.#lastIdentity = identity.slice()
    }
    shapeHead(this.#head, this.#person, attributes)
    shapeEar(this.#leftEar, this.#head, traits, -1)
    shapeEar(this.#rightEar, this.#head, traits, 1)
    shapeNeck(this.#neck, traits)
    shapeHairCap(this.#cap, this.#head, style)
    if (style.length > 0) shapeHairCurtain(this.#curtain, this.#cap, style)

    const camera = placeCamera(aimCamera(this.#head, LANDMARK_VERTICES, attributes), place)
    this.#rasterise(camera, style.length > 0)

    const lighting = new Lighting(attributes)
    const skin = new SkinPainter(traits, attributes, complexion, this.#skinMap)
    const painters = [
      headPainter(traits, attributes, complexion, skin),
      earPainter(complexion.skin),
      earPainter(complexion.skin),
      neckPainter(skin, clothesColour(attributes)),
    ]
    const hair = new HairPainter(complexion.hair, style, traits)
    const behind = over ? new Underlay(this.#light) : new Background(attributes, this.#samples)
    this.#shade(camera, lighting, behind, hair, painters)
    // It hides a part of a crop, and would be as large as a photograph.
    if (place === undefined) paintOccluder(this.#light, this.#samples, attributes)
    return LANDMARK_VERTICES.flatMap((vertex) => screenPoint(this.#head, vertex))
  }

  /** What was drawn as bytes, blurred and with the noise that the attributes say. */
  develop(attributes: Attributes, out = new Uint8Array(this.side ** 2 * 3)): Uint8Array {
    develop(this.#light, this.#levels, this.side)
    blur(this.#levels, this.#scratch, attributes.blur, this.side)
    quantise(
      this.#levels,
      attributes.noise,
      attributes.grain,
      new Uint8ClampedArray(out.buffer, out.byteOffset, out.length),
    )
    return out
  }

  #rasterise(camera: Camera, longHair: boolean): void {
    this.#solidDepth.clear()
    this.#hairDepth.clear()
    for (const surface of this.#solids) project(surface, camera, SAMPLES_PER_PIXEL)
    project(this.#cap, camera, SAMPLES_PER_PIXEL)
    this.#solidDepth.draw(this.#head, HEAD_ID)
    this.#solidDepth.draw(this.#leftEar, LEFT_EAR_ID, true)
    this.#solidDepth.draw(this.#rightEar, RIGHT_EAR_ID, true)
    this.#solidDepth.draw(this.#neck, NECK_ID)
    this.#hairDepth.draw(this.#cap, CAP_ID, false, HAIR_EDGE)
    if (!longHair) return
    project(this.#curtain, camera, SAMPLES_PER_PIXEL)
    this.#hairDepth.draw(this.#curtain, CURTAIN_ID, true)
  }

  /** Shades every sample from front to back: hair, then what it leaves uncovered of the head, then the background. */
  #shade(
    camera: Camera,
    lighting: Lighting,
    background: Behind,
    hair: HairPainter,
    painters: readonly Painter[],
  ): void {
    const light = this.#light
    const solid = this.#solidDepth
    const hairs = this.#hairDepth
    const fragment = this.#fragment
    for (let y = 0, i = 0; y < this.#samples; y++) {
      for (let x = 0; x < this.#samples; x++, i++) {
        const at = 3 * i
        let left = 1
        background.keep(at)
        light[at] = 0
        light[at + 1] = 0
        light[at + 2] = 0
        if (hairs.triangle[i] >= 0 && hairs.depth[i] >= solid.depth[i]) {
          fragment.interpolate(this.#hairs[hairs.surface[i]], hairs.triangle[i], x, y)
          const share = hair.paint(fragment.u, fragment.v, fragment.w, this.#paint)
          if (share > 0) {
            this.#addLit(at, camera, lighting, share)
            left = 1 - share
          }
        }
        if (left < 1e-3) continue
        if (solid.triangle[i] >= 0) {
          fragment.interpolate(this.#solids[solid.surface[i]], solid.triangle[i], x, y)
          painters[solid.surface[i]](fragment, this.#paint)
          this.#addLit(at, camera, lighting, left)
        } else {
          background.at(x, y, y / this.#samples)
          light[at] += background.red * left
          light[at + 1] += background.green * left
          light[at + 2] += background.blue * left
        }
      }
    }
  }

  #addLit(at: number, camera: Camera, lighting: Lighting, share: number): void {
    const { nx, ny, nz } = this.#fragment
    const light = this.#light
    const r = camera.rotation
    const cz = r[6] * nx + r[7] * ny + r[8] * nz
    // Thin surfaces show both sides.
    const flip = cz < 0 ? -1 : 1
    lighting.shade(
      this.#paint,
      flip * (r[0] * nx + r[1] * ny + r[2] * nz),
      flip * (r[3] * nx + r[4] * ny + r[5] * nz),
      flip * cz,
    )
    light[at] += lighting.red * share
    light[at + 1] += lighting.green * share
    light[at + 2] += lighting.blue * share
  }
}

let shared: FaceRenderer | undefined

/** Renders one image in this thread: `112 * 112 * 3` bytes, RGB, row after row. */
export function renderImage(identity: Identity, attributes: Attributes): Uint8Array {
  shared ??= new FaceRenderer()
  return shared.render(identity, attributes)
}
