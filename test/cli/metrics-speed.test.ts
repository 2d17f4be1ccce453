import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { scratchFolder } from '../scratch.js'
import { REAL } from '../shared.js'
import { cli, isOneClearLine } from './cli.js'

const folder = scratchFolder()
const generator = fileURLToPath(new URL('../generate/fixtures/tiny-generator.onnx', import.meta.url))

function pipeline(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const fiveSteps = pipeline(
  'five.yaml',
  `name: five steps\nstages:\n  - model: ${generator}\n    repeats: 5\n`,
)

interface Printed {
  batch: number
  generators: {
    name: string
    steps: number
    parameters: number
    bytes: number
    peakMemory?: number
    samples: number[]
    secondsPerImage: number
    imagesPerSecond: number
    interval: { low: number; high: number; level: number }
    ratio: { ratio: number }
    fid?: number
  }[]
  provenance: { threads: number }
}

describe('metrics speed', () => {
  test('one network and a pipeline of five steps of it, side by side', () => {
    const flags = [
      '--batch',
      '2',
      '--repeats',
      '7',
      '--fid',
      '12.5',
      '--fid',
      '14',
      '--threads',
      '1',
      '--quiet',
    ]
    const outcome = cli('metrics', 'speed', '--model', generator, '--pipeline', fiveSteps, ...flags, '--json')
    const { batch, generators, provenance } = JSON.parse(outcome.stdout) as Printed
    expect([batch, provenance.threads]).toEqual([2, 1])
    const [one, five] = generators
    expect([one.name, five.name]).toEqual(['tiny-generator', 'five steps'])
    expect([one.steps, five.steps]).toEqual([1, 5])
    expect([one.fid, five.fid]).toEqual([12.5, 14])
    expect(five.parameters).toBe(one.parameters)
    expect(one.samples).toHaveLength(7)
    expect(one.interval.low).toBeLessThanOrEqual(one.secondsPerImage)
    expect(one.imagesPerSecond).toBeCloseTo(1 / one.secondsPerImage, 9)
    expect(one.peakMemory).toBeGreaterThan(one.bytes)
    expect(five.ratio.ratio).toBe(1)
    expect(one.ratio.ratio).toBeCloseTo(five.secondsPerImage / one.secondsPerImage, 9)
  })

  test('the table names its columns and the conditions', () => {
    const { stdout } = cli(
      'metrics',
      'speed',
      '--model',
      generator,
      '--batch',
      '1',
      '--repeats',
      '5',
      '--no-memory',
    )
    for (const word of ['parameters', 'ms/image', 'images/s', 'ratio', 'batch 1', 'cpu', '5 calls each']) {
      expect(stdout).toContain(word)
    }
    expect(stdout).not.toContain('peak MB')
    expect(stdout).not.toContain('FID')
  })
})

describe('bad input ends in one clear line', () => {
  test.for([
    ['nothing to time', [], 'there is nothing to time'],
    ['a missing network', ['--model', 'none.onnx'], 'none.onnx'],
    ['a FID too few', ['--model', generator, '--model', generator, '--fid', '3'], '1 FIDs for 2 generators'],
    [
      'an unknown key',
      ['--pipeline', pipeline('key.yaml', 'name: a\nstages:\n  - model: a.onnx\n    times: 3\n')],
      "unknown key 'times'",
    ],
    ['no stage', ['--pipeline', pipeline('none.yaml', 'name: a\nstages: []\n')], 'stages'],
    ['no network', ['--model', fiveSteps], 'five.yaml'],
  ] as const)('%s', ([, args, message]) => {
    const outcome = cli('metrics', 'speed', ...args)
    expect(outcome.stderr).toContain(message)
    expect(isOneClearLine(outcome)).toBe(true)
  })

  test.skipIf(!REAL)('a network of another batch (needs ../shared/real)', () => {
    const outcome = cli('metrics', 'speed', '--model', join(REAL ?? '', 'mobilefacenet.onnx'), '--batch', '8')
    expect(outcome.stderr).toContain('the network takes batches of 1 only; use --batch 1')
    expect(isOneClearLine(outcome)).toBe(true)
  })
})
