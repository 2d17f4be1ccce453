/** The numbers 0 .. count - 1 in the order of their decimal texts: 0, 1, 10, 100, 101 .. 11, 110 .. 2, 20 .. */
export function* decimalOrder(count: number): Generator<number> {
  if (count === 0) return
  yield 0
  let number = 1
  for (let i = 1; i < count; i++) {
    yield number
    if (number * 10 < count) {
      number *= 10
    } else {
      while (number % 10 === 9 || number + 1 >= count) number = Math.floor(number / 10)
      number++
    }
  }
}
