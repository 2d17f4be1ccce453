import { expect, test } from 'vitest'
import { nodeFlags } from '../src/own-script.js'

test("a child gets this process's flags, and none of the code that was given to it", () => {
  expect(nodeFlags(['--import', './hooks.mjs', '--no-warnings'])).toEqual([
    '--import',
    './hooks.mjs',
    '--no-warnings',
  ])
  expect(nodeFlags(['--no-warnings', '-e', 'start()'])).toEqual(['--no-warnings'])
  expect(nodeFlags(['-p', 'start()'])).toEqual([])
})
