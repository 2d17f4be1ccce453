import { describe, expect, it } from 'vitest'
import { pointName } from '../../../src/results/grid.js'
import { expandGrid } from '../../../src/run/grid/cells.js'
import { cellsOf, gridOf, pointsOf } from '../../../src/run/grid/grid-of-spec.js'
import { axisSchema } from '../../../src/run/grid/grid-spec.js'
import { specSchema } from '../../../src/run/spec.js'
import { parseYaml } from '../../../src/yaml-file.js'

const cell = { generate: { generator: 'g', identityFeatures: 'f', identities: 10, images: 4 } }
const sigma = axisSchema.parse({
  values: [
    { name: 'small', at: 0.3, set: { 'generate.sigma': { '0.3': 1 } } },
    { name: 'mix', set: { 'generate.sigma': { '0.3': 0.5, '0.5': 0.5 } } },
  ],
})
const images = axisSchema.parse({ path: 'generate.images', values: [5, 10, 50] })

const loaded = (text: string) => ({
  spec: parseYaml(text, specSchema, 'grid.yaml'),
  ...{ path: 'grid.yaml', text, sha256: '' },
})

describe('a grid', () => {
  it('has a cell for each combination and seed, the first axis slowest, the seed fastest', () => {
    const cells = expandGrid({ axes: { sigma, images }, cell, seeds: [1, 2] }, 'grid.yaml')
    expect(cells).toHaveLength(2 * 3 * 2)
    expect(cells.map(({ name }) => name).slice(0, 3)).toEqual([
      'sigma small, images 5, seed 1',
      'sigma small, images 5, seed 2',
      'sigma small, images 10, seed 1',
    ])
    expect(cells[11]).toMatchObject({ point: { sigma: 'mix', images: 50 }, seed: 2 })
    expect(cells[11].spec.generate).toMatchObject({ images: 50, sigma: { '0.3': 0.5, '0.5': 0.5 } })
    expect(pointsOf(cells)).toHaveLength(6)
  })

  it('leaves the cell as it is where it is not varied, and takes keys out by null', () => {
    const attrop = { recogniser: 'r', quality: { model: 'q', target: 27 } }
    const none = axisSchema.parse({ values: [{ name: 'none', set: { 'generate.attrop': null } }] })
    const base = { generate: { ...cell.generate, attrop } }
    const [one] = expandGrid({ axes: { attrop: none }, cell: base, seeds: [0] }, 'grid.yaml')
    expect(one.spec.generate).not.toHaveProperty('attrop')
    expect(base.generate.attrop).toBe(attrop)
  })

  it('of no axes is one cell, repeated', () => {
    expect(expandGrid({ axes: {}, cell, seeds: [4, 5] }, '').map(({ name }) => name)).toEqual([
      'seed 4',
      'seed 5',
    ])
    expect(pointName({})).toBe('')
  })

  it.each([
    [
      'a value that does not fit',
      { images: axisSchema.parse({ path: 'generate.images', values: [0] }) },
      /grid\.yaml \(images 0\): key 'generate\.images'/,
    ],
    [
      'a key that there is not',
      { x: axisSchema.parse({ path: 'generate.imags', values: [3] }) },
      /unknown key 'imags'/,
    ],
    [
      'a path through a number',
      { x: axisSchema.parse({ path: 'generate.images.more', values: [3] }) },
      /axis 'x' sets 'generate\.images\.more', and 'images' holds no keys/,
    ],
    [
      'two values of one name',
      { images: axisSchema.parse({ path: 'generate.images', values: [5, 5] }) },
      /'5' is there twice in 'images'/,
    ],
    ['an axis called seed', { seed: images }, /use 'seeds'/],
    [
      'too many cells',
      Object.fromEntries(
        ['a', 'b', 'c'].map((id) => [
          id,
          axisSchema.parse({ path: 'generate.images', values: Array.from({ length: 60 }, (_, i) => i + 1) }),
        ]),
      ),
      /216,000 cells, more than 100,000/,
    ],
  ])('is refused in one sentence: %s', (_, axes, message) => {
    expect(() => expandGrid({ axes, cell, seeds: [1] }, 'grid.yaml')).toThrow(message)
  })
})

describe('a spec with a grid', () => {
  const head = 'name: a\ntitle: A\n'
  const tables = 'tables: [{ id: t, title: T, columns: { lfw: LFW } }]\n'
  const axes = 'axes: { images: { path: generate.images, values: [5, 10] } }\n'
  const body = 'cell: { generate: { generator: g, identityFeatures: f, identities: 10 } }\n'

  it('keeps its axes, and the places of numbers, for the results', () => {
    const grid = gridOf(loaded(head + axes + body))
    expect(grid).toEqual({
      axes: [
        {
          id: 'images',
          title: 'images',
          values: [
            { name: 5, at: 5 },
            { name: 10, at: 10 },
          ],
        },
      ],
      seeds: [0],
      claims: [],
    })
    expect(cellsOf(loaded(head + axes + body))).toHaveLength(2)
  })

  it('claims what its axes and tables have', () => {
    const claim = (need: string) => `${head}${axes}${body}${tables}claims: [{ id: c, needs: [${need}] }]\n`
    const ok = gridOf(loaded(claim('{ above: { images: 10 }, below: { images: 5 } }')))
    expect(ok.claims[0].needs).toEqual([{ above: { images: 10 }, below: { images: 5 }, by: 0, on: ['lfw'] }])
    const wrong: [string, RegExp][] = [
      ['{ above: { image: 10 }, below: { images: 5 } }', /there is no axis 'image'; the axes are images/],
      [
        '{ above: { images: 11 }, below: { images: 5 } }',
        /images 11 is no value of the axis; there are 5 · 10/,
      ],
      ['{ above: { images: 10 }, below: { images: 5 }, on: [agedb] }', /no table has the test set 'agedb'/],
    ]
    // When its cells are asked for, before anything is made.
    for (const [need, message] of wrong)
      for (const read of [gridOf, cellsOf]) expect(() => read(loaded(claim(need)))).toThrow(message)
  })

  it.each([
    ['axes: { images: { values: [5] } }\n', /give the axis a 'path'/],
    [axes, /there is no 'cell' for it/],
    ['cell: { recogniser: r }\n', /its columns say on which test sets/],
  ])('%s is refused', (text, message) => {
    expect(() => loaded(head + text)).toThrow(message)
  })

  it.each([
    ['{ train: { outside: x } }', /there is nothing to train on/],
    ['{ generate: { generator: g, identityFeatures: f, identities: 10 }, train: {} }', /say who trains/],
    ['{ dataset: d, measure: { nothing: {} } }', /unknown key 'nothing'/],
    ['{ dataset: d, recogniser: r, train: { outside: x } }', /a cell has one recogniser/],
    ['{}', /there is nothing in the cell/],
  ])('a cell %s is refused', (text, message) => {
    expect(() => cellsOf(loaded(`${head}${tables}cell: ${text}\n`))).toThrow(message)
  })
})
