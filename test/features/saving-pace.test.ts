import { expect, test } from 'vitest'
import { SavingPace } from '../../src/features/saving-pace.js'

test('what was computed is saved every half minute, whatever the number of images', async () => {
  let now = 0
  const pace = new SavingPace(undefined, () => now)
  now = 29_999
  expect(pace.due).toBe(false)
  now = 30_000
  expect(pace.due).toBe(true)
  await pace.save(async () => {
    now += 1000
  })
  expect(pace.due).toBe(false)
  now += 30_000
  expect(pace.due).toBe(true)
})

test('saving that takes long takes a tenth of the time at most', async () => {
  let now = 0
  const pace = new SavingPace(1000, () => now)
  now = 1000
  await pace.save(async () => {
    now += 6000
  })
  now += 59_999
  expect(pace.due).toBe(false)
  now += 1
  expect(pace.due).toBe(true)
})

test('a clock is asked where none is given', async () => {
  const pace = new SavingPace(0)
  await new Promise((resolve) => setTimeout(resolve, 2))
  expect(pace.due).toBe(true)
})
