import type { Provider } from '../onnx/providers.js'

/** float32: half the distance between two numbers around 1. */
const UNIT_ROUNDOFF = 2 ** -24

/**
 * How far the product of two unit rows of n numbers may be from their cosine, as a provider computes it; undefined where
 * that is not known.
 *
 * Let a and b be unit rows as they are given, s = sum of |a_k b_k| <= 1 (Cauchy-Schwarz).
 *
 * - Numbers are stored as a_k (1 + d), |d| <= u = 2^-24, which changes the sum by at most (2 u + u^2) s.
 * - float32, summed in any order, fused or not: n u' s to the first order (Higham, Accuracy and Stability, section 3.1), with
 *   u' = u on the processor and in CUDA's float32, and 2 u on WebGPU, where a result may be rounded to either side. Both in all: below
 *   (n + 4) 2^-23.
 * - TF32 (CUDA): factors keep 10 bits of their fraction. Where they are cut off rather than rounded |d| < 2^-10, so that the
 *   sum moves by less than (2^-9 + 2^-20) s. Products of such numbers have 22 bits and are exact in float32. Tensor cores
 *   add several products at a time, aligned to the largest and cut off: each loses at most a last place of the largest,
 *   2^-23 of a number below 2, and so does the sum of each group, at most 2 n terms in all: 2 n 2^-22. With what storing
 *   loses: below 2^-9 + 2^-20 + (n + 4) 2^-21.
 *
 * The bound of `cuda` covers float32 as well, which it is on an older GPU. CoreML may compute in float16, or not.
 */
export function productLoss(provider: Provider, n: number): number | undefined {
  switch (provider) {
    case 'cpu':
    case 'cuda-float32':
    case 'webgpu':
      return (n + 4) * 2 * UNIT_ROUNDOFF
    case 'cuda':
      return 2 ** -9 + 2 ** -20 + (n + 4) * 8 * UNIT_ROUNDOFF
    case 'coreml':
      return undefined
  }
}
