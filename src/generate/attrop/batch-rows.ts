import type { Matrix } from '../../arrays/matrix.js'
import { InputError } from '../../errors.js'
import { type AttropModels, networksOf } from './loss-graph.js'

/** Rows `first ..` as a whole batch; what is left over repeats the first of them. */
export function padded(
  { columns, data }: Matrix<Float32Array>,
  first: number,
  rows: number,
  batch: number,
): Float32Array {
  const out = new Float32Array(batch * columns)
  for (let i = 0; i < batch; i++) {
    const row = first + (i < rows ? i : 0)
    out.set(data.subarray(row * columns, (row + 1) * columns), i * columns)
  }
  return out
}

/** Rows of one call that all networks take: as many as wanted, where they can. @throws InputError */
export function batchOf(models: Pick<AttropModels, 'generator'>, wanted: number): number {
  const ranges = networksOf(models).map(({ descriptor }) => descriptor)
  const most = Math.min(...ranges.map(({ batch }) => batch.max))
  const least = Math.max(...ranges.map(({ batch }) => batch.min))
  if (least > most) {
    const fixed = ranges.map(({ name, batch }) => `${name} ${batch.min} to ${batch.max}`)
    throw new InputError(
      `no batch suits all networks (${fixed.join(', ')})`,
      'AttrOP',
      'export them with a free batch size',
    )
  }
  return Math.max(least, Math.min(wanted, most))
}
