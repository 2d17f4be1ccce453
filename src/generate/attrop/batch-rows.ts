import { InputError } from '../../errors.js'
import { type AttropModels, networksOf } from './loss-graph.js'

/** As many as a batch has rows: what is left over repeats the first, since a network may divide by what a row has. */
export function filled<T>(items: readonly T[], batch: number): T[] {
  return Array.from({ length: batch }, (_, i) => items[i] ?? items[0])
}

/** {@link filled} for the rows `first .. first + rows - 1` of a matrix. @returns `batch * columns` numbers */
export function filledRows<A extends Float32Array | Uint8Array>(
  { columns, data }: { readonly columns: number; readonly data: A },
  first: number,
  rows: number,
  batch: number,
): A {
  const places = filled(
    Array.from({ length: rows }, (_, i) => first + i),
    batch,
  )
  const out = new (data.constructor as new (length: number) => A)(batch * columns)
  for (const [i, row] of places.entries())
    out.set(data.subarray(row * columns, (row + 1) * columns), i * columns)
  return out
}

/**
 * Rows of one call that all networks take.
 * @param asked what a user wants; by default `otherwise`, or what comes next to it
 * @throws InputError where they don't take that
 */
export function batchOf(
  models: Pick<AttropModels, 'generator'>,
  asked: number | undefined,
  otherwise: number,
): number {
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
  if (asked !== undefined && (asked < least || asked > most)) {
    const { name } = ranges.find(({ batch }) => asked < batch.min || asked > batch.max) ?? ranges[0]
    throw new InputError(
      `the descriptor of ${name} says batches of ${least === most ? least : `${least} to ${most}`}, not ${asked}`,
      '--batch',
      [
        { flag: '--batch', text: `use --batch ${Math.max(least, Math.min(asked, most))}` },
        "correct 'batch' there",
      ],
    )
  }
  return Math.max(least, Math.min(asked ?? otherwise, most))
}
