/** A number with as many digits as a reader can use. */
export function showNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en')
  const magnitude = Math.abs(value)
  return magnitude >= 1000 ? value.toFixed(0) : magnitude >= 1 ? value.toFixed(2) : value.toPrecision(3)
}

/** 97.666 -> 97.67 */
export function percent(value: number): string {
  return value.toFixed(2)
}

/** -1.2 -> −1.20, with a minus sign of the numbers' width */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(2)
  if (Number(text) === 0) return '±0.00'
  return `${value < 0 ? '−' : '+'}${text}`
}
