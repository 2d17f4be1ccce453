import { clamp, smoothstep } from '../curves.js'
import { SKIN_MAP } from '../identity.js'
import type { Paint } from './paint.js'

const { columns: COLUMNS, rows: ROWS } = SKIN_MAP
/** Pixels of the mean face between two nodes, and where the first node lies. */
const SPACING = 12
const LEFT = -36
const BOTTOM = -60
/** Texels, one a pixel of the mean face; the map goes on unchanged beyond its border. */
const WIDTH = (COLUMNS - 1) * SPACING + 1
const HEIGHT = (ROWS - 1) * SPACING + 1
/** A cubic B-spline through independent nodes of variance 1 has a variance of about 1/4 in the plane. */
const GAIN = 2
/** What one standard deviation does: share of light taken away, and blood as in {@link Paint.redden}. */
const PIGMENT = 0.11
const BLOOD = 0.42
/** Depths between which the map fades in. */
const BEHIND = -8
const FRONT = 10

/** The four weights of the uniform cubic B-spline at `t` of the way from one node to the next. */
function splineWeights(t: number): readonly [number, number, number, number] {
  const u = 1 - t
  return [
    (u * u * u) / 6,
    (3 * t * t * t - 6 * t * t + 4) / 6,
    (3 * u * u * u - 6 * u * u + 4) / 6,
    (t * t * t) / 6,
  ]
}

/** [texels][4]: weights of the nodes before and after each texel along a line of `nodes` nodes. */
const WEIGHTS = Float32Array.from(
  { length: SPACING * 4 },
  (_, i) => splineWeights(Math.floor(i / 4) / SPACING)[i % 4],
)

/** Interpolates `lines` lines of nodes, `step` apart, into texels. Border nodes are repeated. */
function interpolate(
  from: Float32Array,
  fromStep: number,
  nodes: number,
  to: Float32Array,
  toAt: number,
  toStep: number,
  fromAt: number,
): void {
  const texels = (nodes - 1) * SPACING + 1
  for (let i = 0; i < texels; i++) {
    const node = Math.floor(i / SPACING)
    const w = (i % SPACING) * 4
    let sum = 0
    for (let k = 0; k < 4; k++)
      sum += WEIGHTS[w + k] * from[fromAt + clamp(node - 1 + k, 0, nodes - 1) * fromStep]
    to[toAt + i * toStep] = sum
  }
}

/**
 * A person's own colouring: where the skin is darker and where more blood shows through, as a smooth field with
 * independent nodes. Morphable face models carry most of what tells people apart in such a field (the Basel Face
 * Model has 199 components of albedo); named traits alone leave the faces of thousands too much alike.
 */
export class SkinMap {
  readonly #pigment = new Float32Array(WIDTH * HEIGHT)
  readonly #blood = new Float32Array(WIDTH * HEIGHT)
  readonly #rows = new Float32Array(WIDTH * ROWS)

  /** Takes the nodes of another person, see `skinMapOf`. */
  set(nodes: Float32Array): void {
    for (const [layer, texels] of [this.#pigment, this.#blood].entries()) {
      const first = layer * ROWS * COLUMNS
      for (let row = 0; row < ROWS; row++)
        interpolate(nodes, 1, COLUMNS, this.#rows, row * WIDTH, 1, first + row * COLUMNS)
      for (let x = 0; x < WIDTH; x++) interpolate(this.#rows, WIDTH, ROWS, texels, x, WIDTH, x)
    }
  }

  /** Colours the skin at a place of the mean face; nothing behind the ears. */
  paint(x: number, y: number, z: number, paint: Paint): void {
    if (z <= BEHIND) return
    const share = z >= FRONT ? GAIN : GAIN * smoothstep(BEHIND, FRONT, z)
    const column = clamp(Math.round(x - LEFT), 0, WIDTH - 1)
    const at = clamp(Math.round(y - BOTTOM), 0, HEIGHT - 1) * WIDTH + column
    paint.darken(PIGMENT * share * this.#pigment[at])
    paint.redden(BLOOD * share * this.#blood[at])
  }
}
