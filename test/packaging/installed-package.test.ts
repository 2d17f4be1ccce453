import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { scratchFolder } from '../scratch.js'
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

  test('installs globally too', { timeout: 10 * MINUTES }, () => {
    const prefix = join(folder, 'global')
    const [archive] = readdirSync(folder).filter((name) => name.endsWith('.tgz'))
    installGlobally(join(folder, archive), prefix)
    const results = join(packaged, 'benchmarks/baselines/quickstart.json')
    run(join(prefix, 'bin/vec2face-bench'), 'report', results, '--out', 'global-report')
    expect(existsSync(join(home, 'global-report/index.html'))).toBe(true)
  })
})
