/**
 * Turns x (`length` numbers of `data` from `at`) into a Householder vector in place: H = I - tau v v^T maps x to
 * (beta, 0 .. 0), with v[0] = 1. Returns tau (0 where x has nothing to remove) and beta, as LAPACK's dlarfg.
 */
export function reflect(data: Float64Array, at: number, length: number): { tau: number; beta: number } {
  const first = data[at]
  let tail = 0
  for (let i = at + 1; i < at + length; i++) tail += data[i] * data[i]
  data[at] = 1
  if (tail === 0) return { tau: 0, beta: first }
  const norm = Math.sqrt(first * first + tail)
  const beta = first > 0 ? -norm : norm
  const scale = 1 / (first - beta)
  for (let i = at + 1; i < at + length; i++) data[i] *= scale
  return { tau: (beta - first) / beta, beta }
}
