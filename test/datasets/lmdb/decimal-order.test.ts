import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decimalOrder } from '../../../src/datasets/lmdb/decimal-order.js'

test('numbers come in the order of their texts', () => {
  expect([...decimalOrder(13)]).toEqual([0, 1, 10, 11, 12, 2, 3, 4, 5, 6, 7, 8, 9])
  fc.assert(
    fc.property(fc.nat(3000), (count) => {
      const texts = Array.from({ length: count }, (_, i) => String(i)).sort()
      expect([...decimalOrder(count)].map(String)).toEqual(texts)
    }),
    { numRuns: 30 },
  )
})
