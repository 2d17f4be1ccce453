import { describe, expect, it } from 'vitest'
import type { ProgressStep } from '../../src/progress.js'
import { Steps } from '../../src/run/steps.js'

const planned = [
  { name: 'images of a', kind: 'generate', work: 100 },
  { name: 'r50 on lfw', kind: 'verify', work: 600 },
  { name: 'r50 on agedb', kind: 'verify', work: 300 },
  { name: 'r100 on lfw', kind: 'verify', work: 1200 },
]

function begun() {
  const seen: ProgressStep[] = []
  let clock = 0
  const progress = { start() {}, update() {}, stop() {}, step: (step: ProgressStep) => void seen.push(step) }
  const steps = new Steps(planned, progress, () => clock)
  return { steps, seen, wait: (seconds: number) => (clock += seconds) }
}

describe('the steps of a run', () => {
  it('are numbered, and the whole is told by the pace of those of a kind', () => {
    const { steps, seen, wait } = begun()
    steps.begin('images of a')
    expect(seen[0]).toMatchObject({ number: 1, of: 4 })
    expect(seen[0].left()).toBeUndefined()
    wait(50)
    steps.begin('r50 on lfw')
    // Nothing is known of verifications yet, and nothing else is left.
    expect(seen[1].left()).toBeUndefined()
    wait(60)
    steps.begin('r50 on agedb')
    expect(seen[2]).toMatchObject({ number: 3, of: 4 })
    expect(seen[2].left()).toEqual({ seconds: 30 + 120, atLeast: false })
    wait(10)
    expect(seen[2].left()).toEqual({ seconds: 20 + 120, atLeast: false })
  })

  it('of a kind that was never taken make the time a least one', () => {
    const { steps, seen, wait } = begun()
    steps.plan([planned[1], planned[2], { name: 'separability of a', kind: 'separability', work: 1 }])
    steps.begin('r50 on lfw')
    wait(60)
    steps.begin('r50 on agedb')
    expect(seen[1].left()).toEqual({ seconds: 30, atLeast: true })
    steps.drop(['separability of a'])
    expect(seen[1].left()).toEqual({ seconds: 30, atLeast: false })
  })

  it('that are passed over were there already', () => {
    const { steps, seen } = begun()
    steps.begin('r50 on agedb')
    expect(seen[0]).toMatchObject({ number: 1, of: 2 })
  })

  it('are planned anew once more is known', () => {
    const { steps, seen } = begun()
    steps.begin('images of a')
    steps.plan(planned.slice(1, 3))
    steps.begin('r50 on lfw')
    expect(seen[1]).toMatchObject({ number: 2, of: 3 })
  })

  it('that were not planned are more', () => {
    const { steps, seen } = begun()
    steps.begin('something else')
    expect(seen[0]).toMatchObject({ number: 1, of: 5 })
  })
})
