import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { InputError } from '../../../src/errors.js'
import { Estimates } from '../../../src/run/grid/estimates.js'
import { inOrder, keyOf, type Stage, type StageKind } from '../../../src/run/stages/stage.js'
import { StageStore } from '../../../src/run/stages/stage-store.js'
import { temporaryFolder } from '../../scratch.js'

const schema = z.strictObject({ text: z.string() })

/** A stage that says its name and what it was made of, and notes that it was made. */
function stage(
  name: string,
  made: string[],
  {
    needs = [],
    files = [],
    kind = 'train',
  }: { needs?: Stage<{ text: string }>[]; files?: string[]; kind?: StageKind } = {},
): Stage<{ text: string }> {
  return {
    ...{ kind, title: name, schema, needs, key: keyOf(kind, name, needs) },
    work: { units: name.length, unit: 'letters', like: 'words' },
    async make(take) {
      made.push(name)
      const parts: string[] = []
      for (const need of needs) parts.push((await take(need)).text)
      return { outcome: { text: `${name}(${parts.join()})` }, files }
    },
  }
}

const storeIn = (cacheFolder: string) => new StageStore({ cacheFolder, log: () => {}, threads: 1 })

describe('stages', () => {
  it('are made once, whoever needs them, and found by the next run', async () => {
    const folder = await temporaryFolder()
    const made: string[] = []
    const vectors = stage('v', made, { kind: 'vectors' })
    const [a, b] = ['a', 'b'].map((name) => stage(name, made, { needs: [vectors] }))
    const store = storeIn(folder)
    expect(await Promise.all([store.take(a), store.take(b)])).toEqual([
      { text: 'a(v())' },
      { text: 'b(v())' },
    ])
    expect(made.toSorted()).toEqual(['a', 'b', 'v'])
    expect(await storeIn(folder).take(a)).toEqual({ text: 'a(v())' })
    expect(made).toHaveLength(3)
    expect(inOrder([a, b]).map(({ title }) => title)).toEqual(['v', 'a', 'b'])
  })

  it('are made again where their files are gone, or what was kept no longer holds', async () => {
    const folder = await temporaryFolder()
    const made: string[] = []
    const one = stage('one', made, { files: ['one.bin'] })
    writeFileSync(join(folder, 'one.bin'), '')
    await storeIn(folder).take(one)
    expect(await storeIn(folder).kept(one)).toEqual({ text: 'one()' })
    expect(await storeIn(folder).kept({ ...one, holds: async () => false })).toBeUndefined()
    rmSync(join(folder, 'one.bin'))
    expect(await storeIn(folder).kept(one)).toBeUndefined()
  })

  it('depend on all that was made before them', () => {
    const [x, y] = ['x', 'y'].map((name) => stage(name, []))
    expect(stage('z', [], { needs: [x] }).key).not.toBe(stage('z', [], { needs: [y] }).key)
  })

  it('that fail are told, leave nothing, and may be tried again', async () => {
    const folder = await temporaryFolder()
    let broken = true
    const one: Stage<{ text: string }> = {
      ...stage('one', []),
      async make() {
        if (broken) throw new InputError('the disk is full')
        return { outcome: { text: 'made' }, files: [] }
      },
    }
    const store = storeIn(folder)
    await expect(store.take(one)).rejects.toThrow('the disk is full')
    broken = false
    expect(await store.take(one)).toEqual({ text: 'made' })
  })

  it('are estimated from those just like them, then from their kind, then by a guess', async () => {
    const folder = await temporaryFolder()
    const store = storeIn(folder)
    const other = { ...stage('longer', []), work: { units: 10, unit: 'letters', like: 'others' } }
    expect((await Estimates.of(store)).for(other).basis).toBe('guess')
    await store.take(stage('one', []))
    expect((await Estimates.of(store)).for(stage('two', [])).basis).toBe('alike')
    expect((await Estimates.of(store)).for(other).basis).toBe('kind')
  })

  it('are estimated by the median, which one made on a busy machine does not move', async () => {
    const folder = await temporaryFolder()
    const store = storeIn(folder)
    for (const [name, seconds] of [
      ['one', 2],
      ['two', 3],
      ['three', 4000],
    ] as const) {
      const made = stage(name, [])
      await store.take(made)
      const file = join(folder, 'stages', made.kind, `${made.key.slice(0, 32)}.json`)
      writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), seconds }))
    }
    // Seconds a letter: 2/3, 3/3, 4000/5.
    expect((await Estimates.of(store)).for(stage('four', [])).seconds).toBe(4)
  })
})
