import { bump, smoothstep } from '../curves.js'

/** A displacement of the mean head at (x, y, z), x >= 0: the other half is its mirror image. */
export type ShapeField = (x: number, y: number, z: number) => readonly [dx: number, dy: number, dz: number]

const front = (z: number): number => smoothstep(2, 18, z)
const eye = (x: number, y: number): number => bump(x, 17.6, 11) * bump(y, 0, 7.5)
const noseTip = (x: number, y: number): number => bump(x, 0, 6.5) * bump(y, -20.5, 5)
const mouth = (x: number, y: number): number => bump(x, 0, 19) * bump(y, -40.5, 9)

/** Displacements, in pixels, of one standard deviation of an identity's shape. */
export const IDENTITY_FIELDS = {
  faceWidth: (x) => [0.05 * x, 0, 0],
  jawWidth: (x, y) => [0.065 * x * smoothstep(-12, -42, y), 0, 0],
  chinWidth: (x, y, z) => [0.15 * x * smoothstep(-46, -58, y) * front(z), 0, 0],
  chinLength: (_x, y, z) => [0, -2.3 * smoothstep(-46, -62, y) * front(z), 0],
  chinProtrusion: (x, y) => [0, 0, 2.4 * bump(x, 0, 13) * bump(y, -58, 8)],
  jawAngle: (x, y, z) => [1.7 * bump(y, -40, 10) * bump(z, 5, 22) * smoothstep(18, 32, x), 0, 0],
  faceLength: (_x, y) => [0, -2.2 * smoothstep(-8, -60, y), 0],
  foreheadHeight: (_x, y) => [0, 3 * smoothstep(10, 50, y), 0],
  foreheadSlope: (_x, y, z) => [0, 0, -2.2 * smoothstep(10, 42, y) * front(z)],
  craniumDepth: (_x, _y, z) => [0, 0, z < 0 ? 0.06 * z : 0],
  cheekboneProminence: (x, y, z) => {
    const w = bump(x, 29, 9) * bump(y, -12, 9) * front(z)
    return [2 * w, 0, 2.2 * w]
  },
  cheekFullness: (x, y, z) => {
    const w = bump(x, 27, 10) * bump(y, -31, 11) * front(z)
    return [2.1 * w, 0, 2 * w]
  },
  browRidge: (x, y) => [0, 0, 1.7 * bump(x, 12, 14) * bump(y, 10, 4.5)],
  eyeSpacing: (x, y, z) => [1.5 * bump(x, 17, 12) * bump(y, 2, 11) * front(z), 0, 0],
  eyeHeight: (x, y, z) => [0, 1.1 * eye(x, y) * front(z), 0],
  eyeSize: (x, y, z) => {
    const w = 0.1 * eye(x, y) * front(z)
    return [(x - 17.6) * w, y * w, 0]
  },
  eyeTilt: (x, y, z) => [0, 0.13 * (x - 17.6) * eye(x, y) * front(z), 0],
  eyeDepth: (x, y) => [0, 0, -1.7 * bump(x, 15, 10) * bump(y, 2, 7)],
  noseLength: (x, y, z) => [0, -2 * bump(x, 0, 11) * bump(y, -20, 8) * front(z), 0],
  noseWidth: (x, y, z) => [0.21 * x * bump(x, 5, 6) * bump(y, -20.5, 6) * front(z), 0, 0],
  noseBridgeHeight: (x, y) => [0, 0, 2.1 * bump(x, 0, 5) * bump(y, -4, 8)],
  noseBridgeWidth: (x, y) => [
    0.3 * x * bump(x, 3, 4) * bump(y, -7, 9),
    0,
    0.9 * bump(x, 5, 3) * bump(y, -8, 8),
  ],
  noseTipProtrusion: (x, y) => [0, 0, 2.1 * noseTip(x, y)],
  noseTipTilt: (x, y, z) => [0, 1.7 * bump(x, 0, 6) * bump(y, -19.5, 4.5) * front(z), 0],
  noseHump: (x, y) => [0, 0, 1.7 * bump(x, 0, 4) * bump(y, -9, 4)],
  noseTipBulb: (x, y) => [
    0.16 * x * bump(x, 3, 3.5) * bump(y, -18.5, 4),
    0,
    1.1 * bump(x, 3.2, 3) * bump(y, -18.5, 3.5),
  ],
  mouthWidth: (x, y, z) => [0.105 * x * mouth(x, y) * front(z), 0, 0],
  mouthHeight: (x, y, z) => [0, 1.3 * mouth(x, y) * front(z), 0],
  mouthCorners: (x, y, z) => [0, 1.1 * bump(x, 14.5, 5.5) * bump(y, -40.5, 6) * front(z), 0],
  upperLip: (x, y) => [
    0,
    0.35 * bump(x, 0, 12) * bump(y, -36.5, 3),
    0.9 * bump(x, 0, 9) * bump(y, -37.3, 2.6),
  ],
  lowerLip: (x, y) => [0, -0.45 * bump(x, 0, 12) * bump(y, -46, 3.5), 1 * bump(x, 0, 9) * bump(y, -44.3, 3)],
  muzzle: (x, y) => [0, 0, 1.8 * bump(x, 0, 15) * bump(y, -38, 11)],
} satisfies Record<string, ShapeField>

/** Displacements of an expression at full strength, and of 40 years of age. */
export const CHANGE_FIELDS = {
  smile: (x, y, z) => {
    const corner = bump(x, 14.5, 7) * bump(y, -40.5, 7) * front(z)
    const cheek = bump(x, 24, 9) * bump(y, -20, 9) * front(z)
    return [3 * corner + 0.8 * cheek, 2.7 * corner + 2.2 * cheek, 2 * cheek - 1 * corner]
  },
  mouthOpen: (x, y, z) => [0, -7.5 * smoothstep(-39.8, -43.5, y) * front(z) * smoothstep(36, 22, x), 0],
  browRaise: (x, y, z) => [0, 2.4 * bump(x, 14, 15) * bump(y, 13, 6.5) * front(z), 0],
  age: (x, y, z) => {
    const jowl = bump(x, 25, 8) * bump(y, -46, 8) * front(z)
    const hollow = bump(x, 27, 8) * bump(y, -27, 9) * front(z)
    const bag = bump(x, 17.6, 7) * bump(y, -7, 3)
    return [1.6 * jowl - 1.4 * hollow, -1.6 * jowl, 1.2 * jowl - 1.6 * hollow + 0.8 * bag]
  },
} satisfies Record<string, ShapeField>

/** The nose leans to one side: the one displacement that is not symmetric, so it is given for signed x. */
export function deviation(x: number, y: number, z: number): number {
  return 1 * bump(x, 0, 8) * bump(y, -16, 9) * front(z)
}
