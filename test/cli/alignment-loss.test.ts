import { join } from 'node:path'
import { expect, it } from 'vitest'
import { QUICK } from '../quick.js'
import { REAL } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

interface Accuracy {
  readonly accuracy: number
  readonly low: number
  readonly high: number
}

it.skipIf(QUICK || !REAL)(
  'a detector loses accuracy against the true landmarks, on the same pairs (needs ../shared/real)',
  () => {
    const detector = join(REAL ?? '', 'yunet.onnx')
    const how = ['--people', '20', '--images', '2', '--json', '--quiet']
    const { status, stdout, stderr } = cli('datasets', 'alignment-loss', '--detector', detector, ...how)
    expect(status, stderr).toBe(0)
    const loss = JSON.parse(stdout) as {
      photographs: number
      pairs: number
      found: number
      landmarkError: number
      recognisers: ({ recogniser: string } & Record<'true' | 'found' | 'difference', Accuracy>)[]
    }
    expect([loss.photographs, loss.pairs]).toEqual([40, 40])
    expect(loss.found).toBeGreaterThan(35)
    expect(loss.landmarkError).toBeGreaterThan(0.02)
    expect(loss.landmarkError).toBeLessThan(0.3)
    expect(loss.recognisers.map(({ recogniser }) => recogniser)).toEqual([
      'demo-recogniser-a',
      'demo-recogniser-b',
    ])
    for (const { true: truth, found, difference } of loss.recognisers) {
      expect(truth.accuracy).toBeGreaterThan(0.85)
      expect(difference.accuracy).toBeCloseTo(found.accuracy - truth.accuracy, 12)
      expect(difference.low).toBeLessThanOrEqual(difference.accuracy)
      expect(difference.high).toBeGreaterThanOrEqual(difference.accuracy)
    }
  },
)

it('a detector that is not there is named', () => {
  const outcome = cli('datasets', 'alignment-loss', '--detector', 'nowhere.onnx')
  expect(isOneClearLine(outcome), outcome.stderr).toBe(true)
  expect(outcome.stderr).toMatch(/nowhere\.onnx/)
})
