import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { transformSync } from 'rolldown/utils'
import { beforeAll, describe, expect, test } from 'vitest'
import { makeDemoTestSet } from '../../src/demo/index.js'
import { silent } from '../../src/progress.js'
import { scratchFolder } from '../scratch.js'
import { pageExamples, roomExamples } from './examples.js'
import {
  installArchive,
  installGlobally,
  packCheckout,
  registryAnswers,
  withoutProjectSettings,
} from './installed-package.js'

const MINUTES = 60_000
const reachable = registryAnswers()

describe.skipIf(!reachable)("the packed package (skipped where npm's registry doesn't answer)", () => {
  const folder = scratchFolder()
  const home = join(folder, 'home')
  const packaged = join(home, 'node_modules/vec2face-bench')

  function run(command: string, ...args: string[]): string {
    return execFileSync(command, args, { cwd: home, encoding: 'utf8', env: withoutProjectSettings() })
  }
  const bench = (...args: string[]) => run(join(home, 'node_modules/.bin/vec2face-bench'), ...args)

  beforeAll(() => {
    installArchive(packCheckout(folder), home)
  }, 15 * MINUTES)

  test('installs without a compiler and without a download but from npm', () => {
    expect(bench('--version').trim()).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version)
    expect(bench('doctor')).toMatch(/provider cpu\s+works/)
  })

  test('carries the specs, their figures and the demo models', () => {
    for (const needed of [
      'benchmarks/table1.yaml',
      'benchmarks/paper',
      'models/demo',
      'LICENSE',
      'README.md',
    ])
      expect(existsSync(join(packaged, needed)), needed).toBe(true)
    expect(existsSync(join(packaged, 'node_modules/onnxruntime-node/bin'))).toBe(true)
  })

  test('carries nothing that was built from sources that are gone', () => {
    const built = readdirSync(join(packaged, 'dist'), { recursive: true, encoding: 'utf8' })
    for (const name of built.filter((name) => name.endsWith('.js')))
      expect(existsSync(join('src', name.replace(/\.js$/, '.ts'))), name).toBe(true)
  })

  test('draws a report with its pictures', () => {
    bench('report', join(packaged, 'benchmarks/baselines/quickstart.json'), '--out', 'report')
    const [picture] = readdirSync(join(home, 'report/figures')).filter((name) => name.endsWith('.png'))
    expect(
      readFileSync(join(home, 'report/figures', picture))
        .subarray(1, 4)
        .toString(),
    ).toBe('PNG')
  })

  test('runs the demo: networks, threads, files', () => {
    bench('generate', 'identities', '--count', '4', '--seed', '1', '--out', 'vectors.npy')
    const wanted = ['--images', '2', '--format', 'folder', '--threads', '2', '--out', 'faces']
    bench('generate', 'dataset', '--identities', 'vectors.npy', ...wanted)
    const files = readdirSync(join(home, 'faces'), { recursive: true, encoding: 'utf8' })
    expect(files.filter((name) => name.endsWith('.jpg'))).toHaveLength(8)
  })

  test('every export path has types, and the examples at its door and in README compile against them', () => {
    const examples = [...pageExamples('README.md'), ...roomExamples()]
    const doors = Object.keys(JSON.parse(readFileSync('package.json', 'utf8')).exports)
    const shown = examples.map(({ code }) => code).join()
    for (const door of doors.filter((name) => name !== '.' && name !== './package.json'))
      expect(shown, door).toContain(`'vec2face-bench/${door.slice(2)}'`)
    const sources = join(home, 'examples')
    mkdirSync(sources)
    for (const [i, { from, code }] of examples.entries())
      writeFileSync(join(sources, `example-${i}.ts`), `// ${from}\n${code}\nexport {}\n`)
    const compilerOptions = {
      ...{ target: 'ES2023', lib: ['ES2023'], module: 'NodeNext', strict: true, skipLibCheck: true },
      ...{ noEmit: true, types: ['node'], typeRoots: [resolve('node_modules/@types')] },
    }
    writeFileSync(join(sources, 'tsconfig.json'), JSON.stringify({ compilerOptions }))
    const { stdout } = spawnSync(
      process.execPath,
      [resolve('node_modules/typescript/bin/tsc'), '-p', sources],
      {
        encoding: 'utf8',
      },
    )
    expect(stdout).toBe('')
  })

  test("README's examples run", { timeout: 10 * MINUTES }, async () => {
    const demo = (name: string) => join(packaged, 'models/demo', name)
    for (const ending of ['onnx', 'yaml']) {
      cpSync(demo(`demo-recogniser-a.${ending}`), join(home, `r50.${ending}`))
      cpSync(demo(`demo-generator.${ending}`), join(home, `vec2face.${ending}`))
    }
    for (const name of ['identities.npy', 'webface.npy'])
      cpSync(demo('demo-identity-features.npy'), join(home, name))
    for (const name of ['baseline.json', 'new.json'])
      cpSync(join(packaged, 'benchmarks/baselines/quickstart.json'), join(home, name))
    const lfw = await makeDemoTestSet('demo-lfw', {
      cacheFolder: join(folder, 'demo'),
      pairsPerFold: 2,
      progress: silent,
    })
    cpSync(lfw, join(home, 'lfw.bin'))
    bench('generate', 'identities', '--count', '2', '--seed', '1', '--out', 'vectors.npy')

    const said = pageExamples('README.md').map(({ from, code }, i) => {
      const { code: script, errors } = transformSync(`example-${i}.ts`, code)
      expect(errors, from).toEqual([])
      writeFileSync(join(home, `example-${i}.mjs`), script)
      return run(process.execPath, `example-${i}.mjs`).trim()
    })
    expect(said).toHaveLength(3)
    expect(said[0]).toMatch(/^\d+\.\d\d \+- \d+\.\d\d$/)
    // The set stands for itself here: each of its faces is at 1 from a real one.
    expect(said[1]).toMatch(
      /^\d+ of \d+ separable; the nearest real face is at 1(\.0000\d*)?$|at 0\.99999\d*$/,
    )
    expect(said[2]).toBe('fine')
    expect(existsSync(join(home, 'reports/new/index.html'))).toBe(true)
    expect(existsSync(join(home, 'hsface10k/manifest.json'))).toBe(true)
  })

  // The same archive as above, installed once more: a minute.
  test.skipIf(process.env.QUICK !== undefined)(
    'installs globally too (not with QUICK set)',
    { timeout: 10 * MINUTES },
    () => {
      const prefix = join(folder, 'global')
      const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
      installGlobally(join(folder, archive), prefix)
      const results = join(packaged, 'benchmarks/baselines/quickstart.json')
      run(join(prefix, 'bin/vec2face-bench'), 'report', results, '--out', 'global-report')
      expect(existsSync(join(home, 'global-report/index.html'))).toBe(true)
    },
  )
})
