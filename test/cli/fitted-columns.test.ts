import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fitColumns, wrapWords } from '../../src/cli/fitted-columns.js'

const rows = [
  { cells: ['', 'base', 'new'] },
  { cells: ['average identity similarity by r100 of HSFace10K', '0.0403', '0.00743'], note: 'few data' },
]

describe('columns that fit', () => {
  it('are as wide as they need where there is room', () => {
    expect(fitColumns(rows, 100, { wrapped: 0 })).toEqual([
      '                                                    base      new',
      'average identity similarity by r100 of HSFace10K  0.0403  0.00743',
      '    few data',
    ])
  })

  it('wrap their words where there is little', () => {
    expect(fitColumns(rows, 47, { wrapped: 0 })).toEqual([
      '                                  base      new',
      'average identity similarity by  0.0403  0.00743',
      'r100 of HSFace10K',
      '    few data',
    ])
  })

  it('are stacked where there is too little', () => {
    expect(fitColumns(rows.slice(1), 30, { wrapped: 0 })).toEqual([
      'average identity similarity by',
      'r100 of HSFace10K',
      '  0.0403  0.00743',
      '    few data',
    ])
  })

  it('are never wider, whatever they hold, from 40 to 200', () => {
    const cell = fc.string({ maxLength: 60 })
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell)), fc.integer({ min: 40, max: 200 }), (cells, width) => {
        const lines = fitColumns(
          cells.map((row) => ({ cells: row })),
          width,
          { wrapped: 0 },
        )
        for (const line of lines) expect(line.length).toBeLessThanOrEqual(width)
      }),
    )
  })

  it('lose no letter', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, width) => {
        expect(wrapWords(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })
})
