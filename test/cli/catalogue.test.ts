import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { completionScript, SHELLS } from '../../src/cli/completion-scripts.js'
import { editDistance, nearestName } from '../../src/nearest.js'
import { cacheInventory, cleanCache } from '../../src/run/cache-inventory.js'
import { NO_CATALOGUE } from '../../src/run/catalogue.js'
import { readPathsFile } from '../../src/run/paths-file.js'
import { unknownNames } from '../../src/run/paths-names.js'
import { scratchFolder } from '../scratch.js'
import { isOneClearLine } from './cli.js'

const MAIN = fileURLToPath(new URL('../../dist/cli/start.cjs', import.meta.url))
const folder = scratchFolder()

/** Runs the command line from a folder that is not the checkout. */
function from(cwd: string, ...args: string[]) {
  return spawnSync(process.execPath, [MAIN, ...args], { cwd, encoding: 'utf8' })
}

describe('what a name is near to', () => {
  it('counts letters changed, left out, added and swapped', () => {
    expect(editDistance('table1', 'tabel1')).toBe(1)
    expect(editDistance('lfw', 'calfw')).toBe(2)
    expect(editDistance('', 'abc')).toBe(3)
    expect(nearestName('cfp_fp', ['lfw', 'cfp-fp'])).toBe('cfp-fp')
    expect(nearestName('mine', ['lfw', 'cfp-fp'])).toBeUndefined()
  })
})

describe('the catalogue', () => {
  it('lists specs, and runs one by its name from anywhere; a wrong name is told the right one', () => {
    const listed = from(folder, 'specs', 'list', '--json')
    expect(JSON.parse(listed.stdout).specs.map(({ name }: { name: string }) => name)).toEqual(
      expect.arrayContaining(['quickstart', 'table1', 'table2']),
    )
    const out = join(folder, 'table1.json')
    expect(from(folder, 'run', 'table1', '--out', out, '--quiet').status).toBe(0)
    expect(existsSync(out)).toBe(true)
    const wrong = from(folder, 'run', 'tabel1')
    expect(isOneClearLine(wrong)).toBe(true)
    expect(wrong.stderr).toContain('tabel1: no such spec; did you mean table1?')
  })

  it('says what is here and what is missing, by the paths file beside', () => {
    const here = join(folder, 'with-paths')
    mkdirSync(here)
    writeFileSync(join(here, 'lfw.bin'), '')
    writeFileSync(join(here, 'paths.yaml'), 'testSets: { lfw: lfw.bin }\n')
    const { stdout, stderr } = from(here, 'test-sets', 'list', '--json')
    expect(stderr).toBe('paths: ./paths.yaml\n')
    const { testSets } = JSON.parse(stdout)
    expect(testSets).toContainEqual({
      id: 'lfw',
      state: 'here',
      path: join(here, 'lfw.bin'),
      licence: expect.stringMatching(/non-commercial/),
    })
    expect(testSets).toContainEqual({
      id: 'agedb',
      state: 'missing',
      howToGet: expect.stringMatching(/agedb_30\.bin/),
      licence: expect.anything(),
    })
    expect(testSets).toContainEqual({ id: 'demo-lfw', state: 'demo' })
  })

  it('refuses a name in a paths file that is nearly a known one, and tells of those that are near to none', async () => {
    const file = join(folder, 'names.yaml')
    const asked = { model: ['hsface10k', 'arc2face'], 'test set': ['lfw'], dataset: [] }
    writeFileSync(file, 'models: { hsface10k: a.onnx, mine: b.onnx }\n')
    expect(unknownNames(file, await readPathsFile(file), asked, NO_CATALOGUE)).toEqual(["model 'mine'"])
    writeFileSync(file, 'models: { hsface-10k: a.onnx }\n')
    const wrong = await readPathsFile(file)
    expect(() => unknownNames(file, wrong, asked, NO_CATALOGUE)).toThrow(
      "names.yaml: no spec knows a model 'hsface-10k'; did you mean 'hsface10k'? correct the name",
    )
  })
})

describe('the cache', () => {
  const cache = join(folder, 'cache')
  const put = (kind: string, name: string, daysAgo: number): void => {
    mkdirSync(join(cache, kind), { recursive: true })
    writeFileSync(join(cache, kind, name), 'x'.repeat(100))
    const time = Date.now() / 1000 - daysAgo * 86_400
    utimesSync(join(cache, kind, name), time, time)
  }

  it('is listed by entry, and cleaned of what is older; what others put there is left alone', async () => {
    put('features', 'aa.f32', 40)
    put('features', 'aa.json', 2)
    put('features', 'bb.f32', 40)
    put('somebody', 'else', 400)
    const entries = await cacheInventory(cache)
    expect(entries.map(({ name, files, bytes }) => [name, files, bytes])).toEqual([
      ['aa', 2, 200],
      ['bb', 1, 100],
    ])
    const gone = await cleanCache(entries, Date.now() - 30 * 86_400_000)
    expect(gone.map(({ name }) => name)).toEqual(['bb'])
    expect(readdirSync(join(cache, 'features')).sort()).toEqual(['aa.f32', 'aa.json'])
    expect(existsSync(join(cache, 'somebody', 'else'))).toBe(true)
  })
})

describe('completion', () => {
  const tree = {
    '': ['metrics', 'run'],
    metrics: ['fid'],
    'metrics fid': ['--kid', '--model'],
    run: ['table1'],
  }

  it('completes commands, options and names in bash', () => {
    const completed = (...words: string[]): string =>
      spawnSync(
        'bash',
        [
          '-c',
          `${completionScript('bash', tree)}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _vec2face_bench; echo "\${COMPREPLY[@]}"`,
          'bash',
          'vec2face-bench',
          ...words,
        ],
        { encoding: 'utf8' },
      ).stdout.trim()
    expect(completed('')).toBe('metrics run')
    expect(completed('metrics', 'fid', '--k')).toBe('--kid')
    expect(completed('run', 'ta')).toBe('table1')
  })

  it('holds the same words in every shell', () => {
    for (const shell of SHELLS) {
      const script = completionScript(shell, tree)
      for (const word of ['metrics fid', '--kid', 'table1']) expect(script, shell).toContain(word)
    }
  })
})
