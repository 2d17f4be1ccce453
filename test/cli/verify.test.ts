import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { scratchFolder } from '../scratch.js'
import { REAL, REAL_FLAGS } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'
import type { PrintedVerification } from './printed-verification.js'

const folder = scratchFolder()

describe.skipIf(!REAL)('verify, a real recogniser on real photographs (needs ../shared/real)', () => {
  const model = join(REAL ?? '', 'mobilefacenet.onnx')
  const bin = join(REAL ?? '', 'real-pairs.bin')
  const cache = join(folder, 'cache')
  const verifyReal = (...args: string[]) =>
    cli(
      'verify',
      '--model',
      model,
      ...REAL_FLAGS,
      ...args,
      '--no-flip',
      '--json',
      '--quiet',
      '--cache',
      cache,
    )

  it("gives insightface's fold accuracies: 0.7667 and nine times 1, mean 0.97667, deviation 0.07", () => {
    const run = verifyReal('--pairs', bin)
    expect(run.stderr).toBe('')
    const [result] = (JSON.parse(run.stdout) as PrintedVerification).results
    expect(result).toMatchObject({ model: 'mobilefacenet', testSet: 'real-pairs', pairs: 300 })
    expect(result.folds.map(({ accuracy }) => accuracy)).toEqual([23 / 30, 1, 1, 1, 1, 1, 1, 1, 1, 1])
    expect(result.accuracy).toBeCloseTo(0.9766667, 6)
    expect(result.std).toBeCloseTo(0.07, 10)
  })

  it('computes nothing again, and finds a cache entry that was cut short', () => {
    const again = () => verifyReal('--pairs', bin)
    const entries = () => readdirSync(join(cache, 'features')).filter((name) => name.endsWith('.f32'))
    expect(entries()).toHaveLength(1)
    expect(again().status).toBe(0)
    truncateSync(join(cache, 'features', entries()[0]), 1000)
    const mended = again()
    expect(mended.stderr).toMatch(/the cache entry is cut short or altered; its features are computed again/)
    expect((JSON.parse(mended.stdout) as PrintedVerification).results[0].accuracy).toBeCloseTo(0.9766667, 6)
  })

  it('gives the same for the pairs as a list over a folder', () => {
    const run = verifyReal('--pairs', join(REAL ?? '', 'pairs.csv'), '--images', join(REAL ?? '', 'images'))
    expect((JSON.parse(run.stdout) as PrintedVerification).results[0].accuracy).toBeCloseTo(0.9766667, 6)
  })

  it('goes on without an image that does not decode only if asked to', () => {
    const images = join(folder, 'images')
    mkdirSync(images)
    for (const name of readdirSync(join(REAL ?? '', 'images'))) {
      writeFileSync(join(images, name), readFileSync(join(REAL ?? '', 'images', name)))
    }
    writeFileSync(join(images, 'img9.jpg'), readFileSync(join(images, 'img9.jpg')).subarray(0, 900))
    const args = ['--pairs', join(REAL ?? '', 'pairs.csv'), '--images', images]
    const refused = verifyReal(...args)
    expect(isOneClearLine(refused)).toBe(true)
    expect(refused.stderr).toMatch(/img9\.jpg: the image does not decode/)
    const allowed = verifyReal(...args, '--skip-unreadable')
    expect(allowed.stderr).toMatch(/left out: 1 images, \d+ pairs of real/)
    expect((JSON.parse(allowed.stdout) as PrintedVerification).results[0].pairs).toBeLessThan(300)
  })

  it('says that a detector is no recogniser', () => {
    const run = cli(
      'verify',
      '--model',
      join(REAL ?? '', 'yunet.onnx'),
      ...REAL_FLAGS,
      '--pairs',
      bin,
      '--cache',
      cache,
    )
    expect(isOneClearLine(run)).toBe(true)
    expect(run.stderr).toMatch(/yunet\.onnx: .*'detector', a recogniser is needed/)
  })

  it('says how to get a descriptor where there is none', () => {
    const run = cli('verify', '--model', model, '--pairs', bin)
    expect(isOneClearLine(run)).toBe(true)
    expect(run.stderr).toMatch(/the model has no descriptor; write .*mobilefacenet\.yaml/)
  })

  it('says where an unwritable cache is', () => {
    const blocked = join(folder, 'a-file')
    writeFileSync(blocked, '')
    const run = cli(
      'verify',
      '--model',
      model,
      ...REAL_FLAGS,
      '--pairs',
      bin,
      '--cache',
      join(blocked, 'cache'),
    )
    expect(isOneClearLine(run)).toBe(true)
    expect(run.stderr).toMatch(/a-file.*is not a folder/)
  })

  it('says that a provider is not there', () => {
    const run = cli(
      'verify',
      '--model',
      model,
      ...REAL_FLAGS,
      '--pairs',
      bin,
      '--provider',
      'coreml',
      '--cache',
      cache,
    )
    expect(run.status).toBe(1)
    expect(run.stderr).toMatch(/the provider 'coreml' can't be used on this machine/)
  })
})

it('every command explains itself with examples', () => {
  const commands =
    /Commands:\n([\s\S]*)/
      .exec(cli('--help').stdout)?.[1]
      .match(/^ {2}(\w+)/gm)
      ?.map((name) => name.trim()) ?? []
  expect(commands).toEqual(
    expect.arrayContaining(['run', 'verify', 'report', 'models', 'datasets', 'doctor']),
  )
  for (const name of ['run', 'verify', 'report', 'doctor'])
    expect(cli(name, '--help').stdout, name).toMatch(/Examples?:/)
})
