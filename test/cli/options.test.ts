import { expect, it } from 'vitest'
import { devicesOption, numberList } from '../../src/cli/options.js'

it('a list of numbers has single ones and ranges, in the order that was given', () => {
  expect(numberList('5')).toEqual([5])
  expect(numberList('9,1-3')).toEqual([9, 1, 2, 3])
  expect(numberList('1-1000')).toHaveLength(1000)
})

it.each([
  ['1,2,2', 'a number is named twice'],
  ['2,1-3', 'a number is named twice'],
  ['6-1', 'whole numbers are needed, as in 1,2,5 or 1-6'],
  ['1-', 'whole numbers are needed'],
  ['', 'whole numbers are needed'],
  ['1,', 'whole numbers are needed'],
  ['-3', 'whole numbers are needed'],
  ['1.5', 'whole numbers are needed'],
  ['1-999999999', 'whole numbers are needed'],
  ['1-1000,2000', 'at most 1000 numbers'],
])('%j is refused as a list of numbers', (text, why) => {
  expect(() => numberList(text)).toThrow(why)
})

it('devices are a list of small numbers', () => {
  const parse = (text: string): unknown => devicesOption().parseArg?.(text, undefined)
  expect(parse('0,1')).toEqual([0, 1])
  expect(() => parse('256')).toThrow('devices are numbered from 0 to 255')
})
