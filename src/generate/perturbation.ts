import { RandomStream } from '../random/philox.js'

/**
 * One image's vector (DESIGN: `v' = (v + e) * |v| / |v + e|`, e normal with standard deviation `sigma` in each
 * dimension), so that the perturbed vector keeps the norm of the identity's. The noise depends on nothing but
 * (seed, identity, image); arithmetic is float64, the result float32.
 *
 * @param vector the identity vector, not normalised
 * @param out where the result goes, as long as `vector`
 */
export function perturb(
  vector: Float32Array,
  sigma: number,
  seed: number,
  identity: number,
  image: number,
  out: Float32Array,
): void {
  const noisy = new Float64Array(vector.length)
  if (sigma > 0) new RandomStream(seed, 'noise', identity, image).fillNormal(noisy, sigma)
  let before = 0
  let after = 0
  for (let i = 0; i < vector.length; i++) {
    noisy[i] += vector[i]
    before += vector[i] * vector[i]
    after += noisy[i] * noisy[i]
  }
  const scale = sigma === 0 ? 1 : Math.sqrt(before / after)
  for (let i = 0; i < vector.length; i++) out[i] = noisy[i] * scale
}
