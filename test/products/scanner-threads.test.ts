import { expect, test } from 'vitest'
import { featureRows } from '../../src/products/index.js'
import { scannerThreads } from '../../src/products/scanner-threads.js'
import { openIntegerKernel } from '../../src/products/tile-kernel.js'
import { scannerHere } from '../../src/products/tile-scanner.js'
import { RandomStream } from '../../src/random/philox.js'

test('threads find in tiles what this thread finds, each tile its own', async () => {
  const kernel = await openIntegerKernel()
  const data = new Float32Array(300 * 64)
  new RandomStream(1, 'threads').fillNormal(data)
  const { left, right } = kernel.pack(featureRows({ rows: 300, columns: 64, data }, 'test'))
  const task = (need: number) => {
    const needs = new Float64Array(300).fill(need)
    return { left, right, above: true, rowNeeds: needs, columnNeeds: needs }
  }
  const here = scannerHere(kernel)
  const threads = scannerThreads('integer', 2)
  const needs = [0.1, 0.2, 0.3, Number.POSITIVE_INFINITY, 0.25]
  const found = await Promise.all(needs.map((need) => threads.scan(task(need))))
  for (const [i, need] of needs.entries()) expect(found[i]).toEqual(await here.scan(task(need)))
  expect(found[0].pairs.length).toBeGreaterThan(found[1].pairs.length)
  expect(found[3].pairs.length).toBe(0)
})
