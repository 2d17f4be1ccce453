import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, it } from 'vitest'
import { FeatureCache } from '../../src/features/cache.js'
import { silent } from '../../src/progress.js'
import { renderReport } from '../../src/report/render.js'
import type { Results } from '../../src/results/schema.js'
import { demoWorld } from '../../src/run/demo-sources.js'
import { type Faces, showsFaces } from '../../src/run/faces.js'
import { readPathsFile } from '../../src/run/paths-file.js'
import { runSpec } from '../../src/run/run-spec.js'
import { firstOf } from '../../src/run/sources.js'
import { loadSpec } from '../../src/run/spec.js'
import { scratchFolder } from '../scratch.js'

const PAIRS = 20
const SETS = ['untold', 'open', 'forbidden', 'read-and-allowed'] as const
const folder = scratchFolder()

/** Images of noise, whose pairs no recogniser can tell: there are errors to show. */
async function drawSets(): Promise<void> {
  await mkdir(join(folder, 'images/noise'), { recursive: true })
  const sides = 16
  for (let image = 0; image < 2 * PAIRS; image++) {
    const pixels = Uint8Array.from({ length: sides * sides * 3 }, (_, i) => (image * 7919 + i * 104729) % 251)
    await sharp(pixels, { raw: { width: sides, height: sides, channels: 3 } })
      .resize(112, 112, { kernel: 'nearest' })
      .png()
      .toFile(join(folder, 'images/noise', `${image}.png`))
  }
  const lines = Array.from(
    { length: PAIRS },
    (_, pair) => `images/noise/${2 * pair}.png,images/noise/${2 * pair + 1}.png,${pair % 2}`,
  )
  await writeFile(join(folder, 'pairs.csv'), `${['first,second,same', ...lines].join('\n')}\n`)
}

describe('faces of real people in results', () => {
  const said: string[] = []

  async function run(faces?: Faces): Promise<Results> {
    said.length = 0
    return runSpec(await loadSpec(join(folder, 'spec.yaml')), {
      sources: firstOf([await readPathsFile(join(folder, 'paths.yaml')), demoWorld]),
      session: { provider: 'cpu', threads: 1 },
      cacheFolder: join(folder, 'cache'),
      cache: new FeatureCache(join(folder, 'cache/features')),
      progress: silent,
      command: [],
      log: (line) => said.push(line),
      ...(faces !== undefined && { faces }),
    })
  }

  const shownIn = ({ evaluations, datasets }: Results): string[] => [
    ...evaluations.filter(({ faces = [] }) => faces.length > 0).map(({ testSet }) => testSet),
    ...datasets.filter(({ pictures }) => pictures.length > 0).map(({ id }) => id),
  ]

  beforeAll(async () => {
    await drawSets()
    await writeFile(
      join(folder, 'catalogue.yaml'),
      `testSets:
  forbidden: { get: ask, licence: forbids to show it, faces: false }
  read-and-allowed: { get: ask, licence: unread, faces: false }
datasets:
  forbidden-dataset: { get: ask, licence: forbids to show it, faces: false }
`,
    )
    await writeFile(
      join(folder, 'paths.yaml'),
      `testSets:
  untold: pairs.csv
  open: { path: pairs.csv, faces: true }
  forbidden: pairs.csv
  read-and-allowed: { path: pairs.csv, faces: true }
datasets:
  untold-dataset: images
  forbidden-dataset: images
`,
    )
    await writeFile(
      join(folder, 'spec.yaml'),
      `name: faces
title: Faces
catalogue: catalogue.yaml
protocol: { folds: 2 }
datasets:
  - { id: untold-dataset, name: untold, measure: { contactSheets: true } }
  - { id: forbidden-dataset, name: forbidden, measure: { contactSheets: true } }
tables:
  - id: table
    title: Table
    columns: { ${SETS.map((id) => `${id}: ${id}`).join(', ')} }
    rows: [{ name: A, model: demo-recogniser-a }]
`,
    )
  })

  it('are those of sets whose paths file says that their licence lets them be shown', async () => {
    expect(shownIn(await run())).toEqual(['open', 'read-and-allowed'])
    expect(said.filter((line) => line.includes('faces of'))).toEqual([])
  })

  it('with --faces also those of which nothing is known; of the others it is said that they stay out', async () => {
    const results = await run('all')
    expect(shownIn(results)).toEqual(['untold', 'open', 'read-and-allowed', 'untold-dataset'])
    expect(said.filter((line) => line.includes('faces of')).map((line) => line.split(' ')[2])).toEqual([
      'forbidden-dataset',
      'forbidden',
    ])
    const page = async (faces: boolean) =>
      String((await renderReport([results], ['html'], { faces })).get('index.html'))
    expect(await page(true)).toContain('data:image/jpeg')
    expect(await page(false)).not.toContain('data:image/jpeg')
  })

  it('with --no-faces none', async () => {
    expect(shownIn(await run('none'))).toEqual([])
  })
})

describe('rendered faces', () => {
  it('are shown unless none are wanted', () => {
    const asked = [undefined, 'rendered', 'all', 'none'] as const
    expect(asked.map((faces) => showsFaces({ demo: true }, faces))).toEqual([true, true, true, false])
  })
})
