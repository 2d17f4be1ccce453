import fc from 'fast-check'
import { expect, test } from 'vitest'
import { naturalOrder } from '../../src/bytes/natural-order.js'

test('numbers in names compare by value', () => {
  const names = ['a10', 'a9', 'a09', '10', '9', '009', 'b', 'a', 'a9b', '12345678901234567890', 'Z']
  expect(names.sort(naturalOrder)).toEqual([
    '009',
    '9',
    '10',
    '12345678901234567890',
    'Z',
    'a',
    'a09',
    'a9',
    'a9b',
    'a10',
    'b',
  ])
})

test('it is an order: whole, and without ties between different names', () => {
  const name = fc.string({ unit: fc.constantFrom('0', '1', '9', 'a', 'b'), maxLength: 5 })
  fc.assert(
    fc.property(name, name, name, (a, b, c) => {
      expect(Math.sign(naturalOrder(a, b)) + Math.sign(naturalOrder(b, a))).toBe(0)
      expect(naturalOrder(a, b) === 0).toBe(a === b)
      if (naturalOrder(a, b) <= 0 && naturalOrder(b, c) <= 0)
        expect(naturalOrder(a, c)).toBeLessThanOrEqual(0)
    }),
  )
})
