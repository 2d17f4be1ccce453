import { mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { RandomStream } from '../../src/random/philox.js'
import { scratchFolder } from '../scratch.js'
import { REAL, REAL_FLAGS } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()

interface Printed {
  results: {
    model: string
    testSet: string
    pairs: number
    accuracy: number
    std: number
    folds: { accuracy: number; threshold: number }[]
  }[]
}

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
    const [result] = (JSON.parse(run.stdout) as Printed).results
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
    expect((JSON.parse(mended.stdout) as Printed).results[0].accuracy).toBeCloseTo(0.9766667, 6)
  })

  it('gives the same for the pairs as a list over a folder', () => {
    const run = verifyReal('--pairs', join(REAL ?? '', 'pairs.csv'), '--images', join(REAL ?? '', 'images'))
    expect((JSON.parse(run.stdout) as Printed).results[0].accuracy).toBeCloseTo(0.9766667, 6)
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
    expect((JSON.parse(allowed.stdout) as Printed).results[0].pairs).toBeLessThan(300)
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

describe('verify, features computed elsewhere', () => {
  const pairs = 200
  const random = new RandomStream(1, 'features')
  const features = new Float32Array(2 * pairs * 8)
  random.fillNormal(features)
  const same = Uint8Array.from({ length: pairs }, () => random.nextInt(2))
  const write = (name: string, data: Buffer | string): string => {
    const path = join(folder, name)
    writeFileSync(path, data)
    return path
  }
  const npy = write('f.npy', encodeNpy({ type: '<f4', shape: [2 * pairs, 8], data: features }))
  const labels = write('same.npy', encodeNpy({ type: '|b1', shape: [pairs], data: same }))

  it('are the same as .npy and as CSV, with labels as .npy and as text', () => {
    const rows = Array.from({ length: 2 * pairs }, (_, row) =>
      features.subarray(row * 8, row * 8 + 8).join(','),
    )
    const csv = write('f.csv', `\ufeffa,b,c,d,e,f,g,h\r\n${rows.join('\r\n')}\r\n`)
    const text = write('same.txt', `${Array.from(same).join('\n')}\n`)
    const accuracy = (...args: string[]): number =>
      (JSON.parse(cli('verify', '--json', ...args).stdout) as Printed).results[0].accuracy
    const expected = accuracy('--features', npy, '--labels', labels)
    expect(expected).toBeGreaterThan(0.3)
    expect(accuracy('--features', csv, '--labels', text)).toBe(expected)
  })

  it('of two files of one name are two rows of a report, on labels that the results know', () => {
    const files = ['one', 'two'].map((name, i) => {
      mkdirSync(join(folder, name), { recursive: true })
      const data = features.map((x, at) => (at % 8 === i ? 0 : x))
      return write(join(name, 'net.npy'), encodeNpy({ type: '<f4', shape: [2 * pairs, 8], data }))
    })
    const out = join(folder, 'namesakes.json')
    const run = cli('verify', '--features', ...files, '--labels', labels, '--out', out)
    expect(run.status, run.stderr).toBe(0)
    const report = cli('report', out, '--out', join(folder, 'namesakes'), '--form', 'csv')
    expect(report.status, report.stderr).toBe(0)
    const csv = readFileSync(join(folder, 'namesakes', 'tables', 'verification.csv'), 'utf8')
    expect(csv.match(/^verification,[^,]*,/gm)).toEqual([
      'verification,net (one/net.npy),',
      'verification,net (two/net.npy),',
    ])
  })

  it.each<[string, () => string[], RegExp]>([
    [
      'NaN',
      () => {
        const broken = features.slice()
        broken[8 * 5] = Number.NaN
        return [
          '--features',
          write('nan.npy', encodeNpy({ type: '<f4', shape: [2 * pairs, 8], data: broken })),
          '--labels',
          labels,
        ]
      },
      /nan\.npy: row 5: the feature holds NaN/,
    ],
    [
      'a zero vector',
      () => {
        const broken = features.slice()
        broken.fill(0, 8 * 6, 8 * 7)
        return [
          '--features',
          write('zero.npy', encodeNpy({ type: '<f4', shape: [2 * pairs, 8], data: broken })),
          '--labels',
          labels,
        ]
      },
      /zero\.npy: row 6: the feature is a zero vector/,
    ],
    [
      'another number of rows',
      () => [
        '--features',
        write('short.npy', encodeNpy({ type: '<f4', shape: [2 * pairs - 2, 8], data: features.slice(16) })),
        '--labels',
        labels,
      ],
      /398 features, the pairs of same are of 400 images/,
    ],
    [
      'a file cut short',
      () => [
        '--features',
        write('cut.npy', encodeNpy({ type: '<f4', shape: [2 * pairs, 8], data: features }).subarray(0, 999)),
        '--labels',
        labels,
      ],
      /cut\.npy: the file ends early/,
    ],
    [
      'labels that are none',
      () => ['--features', npy, '--labels', write('bad.txt', '1\n0\n2\n')],
      /bad\.txt: label 3 is '2'/,
    ],
    [
      'only same pairs',
      () => ['--features', npy, '--labels', write('all.txt', '1\n'.repeat(pairs))],
      /all 200 pairs are of the same person/,
    ],
    ['a missing file', () => ['--features', 'nowhere.npy', '--labels', labels], /nowhere\.npy: no such file/],
    ['nothing to verify', () => [], /nothing to verify; give --model/],
  ])('%s: one clear line and exit code 1', (_, args, message) => {
    const run = cli('verify', ...args())
    expect(isOneClearLine(run), run.stderr).toBe(true)
    expect(run.stderr).toMatch(message)
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
