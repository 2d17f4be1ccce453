import fc from 'fast-check'
import { expect, test } from 'vitest'
import { featureRows } from '../../src/products/index.js'
import {
  CandidateFinder,
  candidateColumn,
  candidateRow,
  mostOfCandidate,
} from '../../src/products/tile-candidates.js'
import { openIntegerKernel } from '../../src/products/tile-kernel.js'
import { RandomStream } from '../../src/random/philox.js'

const kernel = await openIntegerKernel()

function packedRows(rows: number, seed: number) {
  const data = new Float32Array(rows * 8)
  new RandomStream(seed, 'candidates').fillNormal(data)
  return kernel.pack(featureRows({ rows, columns: 8, data }, 'test'))
}

/** A level that is never reached, always reached, below the flagged bytes or among them. */
const level = fc.oneof(fc.constant(256), fc.constant(0), fc.integer({ min: 1, max: 255 }))

test('candidates are all pairs that their bytes and their own bound leave open, and no other', () => {
  const finder = new CandidateFinder()
  fc.assert(
    fc.property(
      fc.record({
        height: fc.integer({ min: 1, max: 40 }),
        width: fc.integer({ min: 1, max: 40 }),
        above: fc.boolean(),
        seed: fc.nat(),
        levels: fc.array(level, { minLength: 80, maxLength: 80 }),
        needs: fc.array(
          fc.oneof(fc.constant(Number.POSITIVE_INFINITY), fc.double({ min: -1, max: 1, noNaN: true })),
          {
            minLength: 80,
            maxLength: 80,
          },
        ),
      }),
      ({ height, width, above, seed, levels, needs }) => {
        const { left } = packedRows(height, seed)
        const { right } = packedRows(width, seed + 1)
        const random = new RandomStream(seed, 'bytes')
        const bytes = Uint8Array.from({ length: height * right.paddedRows }, () => random.nextInt(256))
        const scale = {
          step: 0.01,
          zero: 100,
          rowLevels: Uint16Array.from(levels.slice(0, height)),
          columnLevels: Uint16Array.from(levels.slice(40, 40 + width)),
        }
        const task = {
          left,
          right,
          above,
          rowNeeds: Float64Array.from(needs.slice(0, height)),
          columnNeeds: Float64Array.from(needs.slice(40, 40 + width)),
        }
        const expected: string[] = []
        for (let i = 0; i < height; i++) {
          for (let j = above ? i + 1 : 0; j < width; j++) {
            const byte = bytes[i * right.paddedRows + j]
            const loss = left.residuals[i] + left.norms[i] * right.residuals[j]
            const most = byte === 255 ? Number.POSITIVE_INFINITY : (byte - 99.5) * 0.01 + loss + 1e-6
            const reached = byte >= scale.rowLevels[i] || byte >= scale.columnLevels[j]
            const open = most >= task.rowNeeds[i] || most >= task.columnNeeds[j]
            if (reached && open) expected.push(`${i} ${j}`)
          }
        }
        const found = finder.find(bytes, task, scale)
        const pairs = [...found.pairs].map((pair) => `${candidateRow(pair)} ${candidateColumn(pair)}`)
        expect(pairs.sort()).toEqual(expected.sort())
        for (const pair of found.pairs) {
          const most = mostOfCandidate(found, pair, left, right)
          const [i, j] = [candidateRow(pair), candidateColumn(pair)]
          expect(most >= task.rowNeeds[i] || most >= task.columnNeeds[j]).toBe(true)
        }
      },
    ),
    { numRuns: 200 },
  )
})
