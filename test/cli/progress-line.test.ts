import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { logLine, progressLine } from '../../src/cli/progress-line.js'

const standing = {
  label: 'hsface10k-recogniser on cfp-fp',
  done: 3000,
  total: 14_000,
  unit: 'images',
  rate: 512.3,
}
const whole = { step: { number: 3, of: 21 }, whole: { seconds: 754, atLeast: false } }

describe('the line of a progress bar', () => {
  it('says all of it where there is room', () => {
    expect(progressLine({ ...standing, ...whole }, 120)).toBe(
      '3/21 hsface10k-recogniser on cfp-fp [=======                           ] 3,000/14,000 images 512/s 21s left, all 12m34s',
    )
  })

  it('shortens the label at 80 columns, and nothing else', () => {
    expect(progressLine({ ...standing, ...whole }, 80)).toBe(
      '3/21 hsface10k-rec…ser on cfp-fp 3,000/14,000 images 512/s 21s left, all 12m34s',
    )
  })

  it('tells a share instead of counts where there is no room for them', () => {
    expect(progressLine({ ...standing, ...whole }, 50)).toBe(
      '3/21 hsface…cfp-fp 21% 512/s 21s left, all 12m34s',
    )
  })

  it('is no longer than the terminal is wide, and keeps the time left from 40 columns on', () => {
    fc.assert(
      fc.property(
        fc.record({
          label: fc.string({ maxLength: 200 }),
          done: fc.nat(1e6),
          rate: fc.double({ min: 0.01, max: 1e4, noNaN: true }),
        }),
        fc.integer({ min: 40, max: 200 }),
        ({ label, done, rate }, columns) => {
          const line = progressLine(
            { label, done, total: 1e6, unit: 'images', rate, step: { number: 7, of: 99 } },
            columns,
          )
          expect(line.length).toBeLessThan(columns)
          expect(line).toMatch(/\/s \S+ left$/)
        },
      ),
    )
  })

  it('says in a log at which step a run is', () => {
    expect(logLine({ ...standing, ...whole })).toBe(
      'step 3 of 21, hsface10k-recogniser on cfp-fp: 3,000/14,000 images 512/s 21s left, all 12m34s',
    )
  })
})
