import type { Dimension } from './port.js'

/**
 * Arithmetic on sizes of which some are known by name only. A product of names is a name (`2*batch*height`), so that
 * equal products are equal names; what is no product is a name that says how it was computed.
 */

interface Product {
  readonly factor: number
  readonly names: readonly string[]
}

function productOf(size: Dimension): Product {
  if (typeof size === 'number') return { factor: size, names: [] }
  const parts = size.split('*')
  const factor = /^-?\d+$/.test(parts[0]) ? Number(parts[0]) : undefined
  return { factor: factor ?? 1, names: factor === undefined ? parts : parts.slice(1) }
}

function sizeOf({ factor, names }: Product): Dimension {
  if (factor === 0 || names.length === 0) return factor
  return [...(factor === 1 ? [] : [factor]), ...names.toSorted()].join('*')
}

export function times(...sizes: readonly Dimension[]): Dimension {
  const products = sizes.map(productOf)
  return sizeOf({
    factor: products.reduce((product, { factor }) => product * factor, 1),
    names: products.flatMap(({ names }) => names),
  })
}

/** a / b where it comes out even; undefined where that can't be told. */
export function dividedBy(a: Dimension, b: Dimension): Dimension | undefined {
  const [over, under] = [productOf(a), productOf(b)]
  const names = [...over.names]
  for (const name of under.names) {
    const at = names.indexOf(name)
    if (at < 0) return undefined
    names.splice(at, 1)
  }
  if (under.factor === 0 || over.factor % under.factor !== 0) return undefined
  return sizeOf({ factor: over.factor / under.factor, names })
}

/** The name of a size that is computed from others in a way of its own. */
export function computed(text: string): string {
  return `(${text.replaceAll('*', '·')})`
}

export function plus(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a === 0) return b
  if (b === 0) return a
  const [left, right] = [productOf(a), productOf(b)]
  if (left.names.toSorted().join() === right.names.toSorted().join())
    return sizeOf({ factor: left.factor + right.factor, names: left.names })
  return computed([a, b].map(String).toSorted().join('+'))
}
