import { RandomStream } from '../../random/philox.js'

const SIDE = 128
const MASK = SIDE - 1

/** One fixed lattice of uniform numbers in -1 .. 1: the world's texture, the same in every process. */
const LATTICE = (() => {
  const stream = new RandomStream(0, 'world/noise-lattice')
  return Float32Array.from({ length: SIDE * SIDE }, () => stream.next() * 2 - 1)
})()

/** Smooth noise over the plane, -1 .. 1, about one swing a unit; repeats after 128 units. */
export function noise(x: number, y: number): number {
  const floorX = Math.floor(x)
  const floorY = Math.floor(y)
  const fx = x - floorX
  const fy = y - floorY
  const u = fx * fx * (3 - 2 * fx)
  const v = fy * fy * (3 - 2 * fy)
  const x0 = floorX & MASK
  const x1 = (floorX + 1) & MASK
  const row0 = (floorY & MASK) * SIDE
  const row1 = ((floorY + 1) & MASK) * SIDE
  const top = LATTICE[row0 + x0] + (LATTICE[row0 + x1] - LATTICE[row0 + x0]) * u
  const bottom = LATTICE[row1 + x0] + (LATTICE[row1 + x1] - LATTICE[row1 + x0]) * u
  return top + (bottom - top) * v
}

/** One lattice number, -1 .. 1, for integer places. */
export function latticeNoise(x: number, y: number): number {
  return LATTICE[(y & MASK) * SIDE + (x & MASK)]
}
