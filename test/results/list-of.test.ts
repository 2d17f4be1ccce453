import { expect, test } from 'vitest'
import { z } from 'zod'
import { mapOf } from '../../src/results/list-of.js'

test('a map is looked at where it lies, and no further than its first fault', () => {
  const names = Array.from({ length: 20_000 }, (_, i) => `name ${i}`)
  const labels = Object.fromEntries(names.map((name, i) => [name, i < 5_000 ? 'text' : i]))
  let looks = 0
  const watched = new Proxy(labels, {
    get(target, name) {
      looks++
      return Reflect.get(target, name)
    },
  })
  const { error } = mapOf(z.string()).safeParse(watched)
  expect(error?.issues).toHaveLength(1)
  expect(error?.issues[0].path).toEqual(['name 5000'])
  expect(looks).toBeLessThan(7_000)
})
