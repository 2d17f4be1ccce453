/**
 * Compares names as people count: `2` before `10`, `a9` before `a10`. Runs of digits compare by value, all
 * else by code unit; names that differ in leading zeros only compare by code unit. Independent of the locale.
 */
export function naturalOrder(a: string, b: string): number {
  const left = a.match(PARTS) ?? []
  const right = b.match(PARTS) ?? []
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = compareParts(left[i], right[i])
    if (order !== 0) return order
  }
  return left.length - right.length || compare(a, b)
}

const PARTS = /\d+|\D+/g
const DIGIT = /^\d/

function compareParts(a: string, b: string): number {
  if (!DIGIT.test(a) || !DIGIT.test(b)) return compare(a, b)
  const left = a.replace(/^0+/, '')
  const right = b.replace(/^0+/, '')
  return left.length - right.length || compare(left, right)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
