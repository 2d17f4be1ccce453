import type { Matrix } from '../arrays/matrix.js'
import { distanceBlocks, neighbourRadii, squaredDistance } from './neighbour-radii.js'
import { requireSameWidth } from './same-width.js'

export interface ManifoldOptions {
  /** which nearest neighbour sets a sphere's radius; 5 as the prdc package, Kynkaanniemi et al. use 3 */
  readonly neighbours?: number
}

export interface Manifold {
  /** share of generated images inside the real manifold */
  readonly precision: number
  /** share of real images inside the generated manifold */
  readonly recall: number
  /** real spheres around a generated image, on average, divided by k; may be above 1 */
  readonly density: number
  /** share of real images whose sphere holds a generated image */
  readonly coverage: number
  readonly neighbours: number
  /** real and generated images */
  readonly images: readonly [number, number]
}

/**
 * Improved precision and recall (Kynkaanniemi et al., NeurIPS 2019) and density and coverage (Naeem et al., ICML
 * 2020), all from one pass over the distances, with the arithmetic of the prdc package: a sphere about each image
 * reaches to its k-th nearest neighbour in its own set, and a point is inside where its distance is below the radius.
 * Distances too close to a radius for the matrix product to tell are summed again directly, so a copy of the k-th
 * neighbour is outside always; there prdc's answer depends on rounding. Time `(m + n)^2 d` operations in float64, memory flat.
 *
 * @throws InputError where the widths differ, or a set has no k + 1 images
 */
export async function precisionRecallDensityCoverage(
  real: Matrix,
  generated: Matrix,
  options: ManifoldOptions = {},
  names: readonly [string, string] = ['real set', 'generated set'],
): Promise<Manifold> {
  requireSameWidth(real.columns, generated.columns, names[0], names[1])
  const neighbours = options.neighbours ?? 5
  const realRadii = await neighbourRadii(real, neighbours, names[0])
  const generatedRadii = await neighbourRadii(generated, neighbours, names[1])
  const inReal = new Uint8Array(generated.rows)
  const inGenerated = new Uint8Array(real.rows)
  const covered = new Uint8Array(real.rows)
  let spheres = 0
  for await (const { firstI, firstJ, rows, columns, squared, slack } of distanceBlocks(real, generated)) {
    for (let i = 0; i < rows; i++) {
      const realRow = firstI + i
      for (let j = 0; j < columns; j++) {
        const generatedRow = firstJ + j
        const distance = squared[i * columns + j]
        const isWithin = (radius: number): boolean =>
          Math.abs(distance - radius) > slack
            ? distance < radius
            : squaredDistance(real, realRow, generated, generatedRow) < radius
        if (isWithin(realRadii[realRow])) {
          spheres++
          inReal[generatedRow] = 1
          covered[realRow] = 1
        }
        if (isWithin(generatedRadii[generatedRow])) inGenerated[realRow] = 1
      }
    }
  }
  const share = (flags: Uint8Array): number => flags.reduce((sum, flag) => sum + flag, 0) / flags.length
  return {
    precision: share(inReal),
    recall: share(inGenerated),
    density: spheres / (neighbours * generated.rows),
    coverage: share(covered),
    neighbours,
    images: [real.rows, generated.rows],
  }
}
