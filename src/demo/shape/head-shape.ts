import type { Attributes } from '../attributes.js'
import { smoothstep } from '../curves.js'
import type { Traits } from '../identity.js'
import { HEAD, nearestFrontVertex } from './head-mesh.js'
import { CHANGE_FIELDS, deviation, IDENTITY_FIELDS, type ShapeField } from './shape-fields.js'
import { type Surface, updateNormals } from './surface.js'

/** A displacement field evaluated once at the vertices that it moves. */
interface SparseField {
  readonly vertices: Uint32Array
  readonly offsets: Float32Array
}

const NEGLIGIBLE = 0.004

function sparse(field: ShapeField): SparseField {
  const vertices: number[] = []
  const offsets: number[] = []
  for (let i = 0; i < HEAD.positions.length; i += 3) {
    const x = HEAD.positions[i]
    const [dx, dy, dz] = field(Math.abs(x), HEAD.positions[i + 1], HEAD.positions[i + 2])
    if (Math.abs(dx) + Math.abs(dy) + Math.abs(dz) < NEGLIGIBLE) continue
    vertices.push(i)
    offsets.push(x < 0 ? -dx : dx, dy, dz)
  }
  return { vertices: Uint32Array.from(vertices), offsets: Float32Array.from(offsets) }
}

const IDENTITY_BASIS = Object.entries(IDENTITY_FIELDS).map(([name, field]) => ({
  name: name as keyof typeof IDENTITY_FIELDS,
  field: sparse(field),
}))
const CHANGE_BASIS = {
  smile: sparse(CHANGE_FIELDS.smile),
  mouthOpen: sparse(CHANGE_FIELDS.mouthOpen),
  browRaise: sparse(CHANGE_FIELDS.browRaise),
  age: sparse(CHANGE_FIELDS.age),
}
const DEVIATION = (() => {
  const field = new Float32Array(HEAD.positions.length / 3)
  for (let i = 0; i < field.length; i++)
    field[i] = deviation(HEAD.positions[3 * i], HEAD.positions[3 * i + 1], HEAD.positions[3 * i + 2])
  return field
})()

/** The five points by which crops are aligned: eye, eye, nose tip, mouth corner, mouth corner. */
export const LANDMARK_VERTICES: readonly number[] = [
  nearestFrontVertex(-17.6, 0),
  nearestFrontVertex(17.6, 0),
  nearestFrontVertex(0, -19),
  nearestFrontVertex(-14.6, -40.5),
  nearestFrontVertex(14.6, -40.5),
]

function add(positions: Float32Array, field: SparseField, weight: number): void {
  if (weight === 0) return
  const { vertices, offsets } = field
  for (let i = 0, o = 0; i < vertices.length; i++, o += 3) {
    const v = vertices[i]
    positions[v] += weight * offsets[o]
    positions[v + 1] += weight * offsets[o + 1]
    positions[v + 2] += weight * offsets[o + 2]
  }
}

/** How men and women differ in shape, as shares of one standard deviation a unit of `masculinity`. */
const DIMORPHISM: Partial<Record<keyof typeof IDENTITY_FIELDS, number>> = {
  jawWidth: 0.4,
  jawAngle: 0.45,
  browRidge: 0.6,
  eyeSize: -0.45,
  chinWidth: 0.35,
  upperLip: -0.35,
  lowerLip: -0.3,
  noseWidth: 0.25,
  faceLength: 0.3,
}

/** Sets `positions` to the mean head in the shape of one person. */
export function shapePerson(positions: Float32Array, traits: Traits): void {
  positions.set(HEAD.positions)
  for (const { name, field } of IDENTITY_BASIS)
    add(positions, field, traits[name] + (DIMORPHISM[name] ?? 0) * traits.masculinity)
  for (let i = 0; i < DEVIATION.length; i++) positions[3 * i] += traits.noseDeviation * DEVIATION[i]
}

/** Gives the head that {@link shapePerson} made the expression and the age of one image. */
export function shapeHead(surface: Surface, person: Float32Array, attributes: Attributes): void {
  const { positions } = surface
  positions.set(person)
  add(positions, CHANGE_BASIS.smile, attributes.smile)
  add(positions, CHANGE_BASIS.mouthOpen, attributes.mouthOpen)
  add(positions, CHANGE_BASIS.browRaise, attributes.browRaise)
  add(positions, CHANGE_BASIS.age, 1.6 * smoothstep(28, 78, attributes.age))
  updateNormals(surface)
}
