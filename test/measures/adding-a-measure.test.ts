import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import { beforeAll, describe, expect, it } from 'vitest'
import { MEASURES } from '../../src/measures/list.js'
import type { Results } from '../../src/results/schema.js'
import { helpOf } from '../cli/help.js'
import { scratchFolder } from '../scratch.js'
import { runSmallSpec } from './small-run.js'

const PAGE = fileURLToPath(new URL('../../docs/adding-a-measure.md', import.meta.url))
const ROOM = fileURLToPath(new URL('../../src/measures/', import.meta.url))
const folder = scratchFolder()

const measure = 'crowding: { recognisers: [demo-recogniser-a], least: 30 }'

describe('the page on adding a measure: its file and its line, and nothing else', () => {
  let results: Results

  beforeAll(async () => {
    const [example, line] = [...(await readFile(PAGE, 'utf8')).matchAll(/```ts\n(.*?)```/gs)].map(
      ([, code]) => code,
    )
    // As if it stood in the room, from a folder where it disturbs nobody.
    const file = join(folder, 'crowding.ts')
    const placed = example
      .replaceAll("'./", `'${ROOM}`)
      .replaceAll("'../", `'${ROOM}../`)
      .replace("'zod'", `'${fileURLToPath(import.meta.resolve('zod'))}'`)
    await writeFile(file, placed)
    MEASURES.push((await import(/* @vite-ignore */ file))[line.trim().replace(',', '')])
    results = await runSmallSpec(folder, measure)
  })

  it('help has its command, its options and what it gives', async () => {
    const { registerMetrics } = await import('../../src/cli/metrics.js')
    const program = new Command()
    await registerMetrics(program)
    const help = helpOf(program.commands[0], 'crowding')
    expect(program.commands[0].helpInformation()).toContain('how near identities are')
    expect(help).toMatch(/--recognisers <values\.\.\.> +recognisers that look/)
    expect(help).toMatch(/--least <n> +identities that there must be \(default: 10\)/)
    expect(help).toMatch(/It gives:\n +crowding +mean similarity of an identity/)
    expect(help).toContain("the key 'crowding' under 'measure:'")
  })

  it('a spec may ask for it, and is told what is wrong with its options', async () => {
    await expect(runSmallSpec(folder, 'crowding: { recognisers: [a], least: 1 }')).rejects.toThrow(
      /measure\.crowding\.least/,
    )
    await expect(runSmallSpec(folder, 'crowdedness: {}')).rejects.toThrow(
      /unknown key 'crowdedness'.*crowding/,
    )
  })

  it('the results hold its metric, with its error, and its notes', () => {
    const [dataset] = results.datasets
    expect(dataset.metrics).toHaveLength(1)
    expect(dataset.metrics[0]).toMatchObject({ family: 'crowding', by: 'demo-recogniser-a', count: 12 })
    expect(dataset.metrics[0].value).toBeGreaterThan(-1)
    expect(dataset.metrics[0].value).toBeLessThan(1)
    expect(dataset.notes).toEqual(['Crowding: 12 identities, fewer than 30.'])
  })

  it('a report has a part for it that says what it means', async () => {
    const { renderReport } = await import('../../src/report/render.js')
    const page = String((await renderReport([results], ['html'])).get('index.html'))
    expect(page).toContain('class="group">Crowding</th>')
    expect(page).toContain('crowding: mean similarity of an identity to the one most like it')
  })

  it('a comparison takes it as it says: it does not gate', async () => {
    const { compareRuns } = await import('../../src/compare/compare-runs.js')
    const { DEFAULT_POLICY } = await import('../../src/compare/policy.js')
    const runs = [{ path: 'a.json', results }]
    const { metrics } = compareRuns(runs, runs, { policy: DEFAULT_POLICY })
    expect(metrics[0]).toMatchObject({
      metric: 'crowding by demo-recogniser-a',
      policy: { gate: false, matters: 0.01 },
    })
  })
})
