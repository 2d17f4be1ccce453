import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { encodeNpy } from '../../src/arrays/npy.js'
import { RandomStream } from '../../src/random/philox.js'
import { scratchFolder } from '../scratch.js'
import { cli, isOneClearLine } from './cli.js'
import type { PrintedVerification } from './printed-verification.js'

const folder = scratchFolder()

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
      (JSON.parse(cli('verify', '--json', ...args).stdout) as PrintedVerification).results[0].accuracy
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
