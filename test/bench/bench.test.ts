import { Command } from 'commander'
import { expect, test } from 'vitest'
import { BareNetwork } from '../../src/bench/bare-network.js'
import { steadyRate } from '../../src/bench/rate.js'
import { runBench } from '../../src/bench/run-bench.js'
import type { BenchStage } from '../../src/bench/stage.js'
import { featuresFromRecordIo } from '../../src/bench/stages/features-from-recordio.js'
import { BENCH_STAGES } from '../../src/bench/stages/list.js'
import { addBenchOptions, type BenchFlags, benchStages, checkBenchFlags } from '../../src/cli/doctor-bench.js'
import { demoFile } from '../../src/demo/demo-files.js'
import { InputError } from '../../src/errors.js'
import { loadModel, requireRole } from '../../src/models/model.js'
import { scratchFolder } from '../scratch.js'

const folder = scratchFolder()
const recogniser = demoFile('demo-recogniser-b.onnx') ?? ''
const settings = {
  models: { generator: '', recogniser, features: '' },
  ...({ provider: 'cpu', threads: 1, batch: 4, folder } as const),
}

test('a stage lies between two halves of its bare network, and is asked for what half of the seconds hold', async () => {
  const asked: (readonly [string, number])[] = []
  const stage: BenchStage = {
    id: 'made up',
    unit: 'images',
    open: async () => ({
      async bare(seconds) {
        asked.push(['bare', seconds])
        return { units: 200, seconds: 2, processor: 4 }
      },
      async run(units) {
        asked.push(['run', units])
        return { units: 300, seconds: 4, processor: 6 }
      },
      async close() {
        asked.push(['close', 0])
      },
    }),
  }
  const [timing] = await runBench([stage], { ...settings, seconds: 8 })
  expect(asked).toEqual([
    ['bare', 2],
    ['run', 400],
    ['bare', 2],
    ['close', 0],
  ])
  expect(timing).toEqual({
    ...{ stage: 'made up', unit: 'images', units: 300 },
    ...{ rate: 75, bareRate: 100, ratio: 0.75 },
    ...{ processor: 20, bareProcessor: 20, coresBusy: 1.5 },
  })
})

test('GPUs that are named: a stage takes all of them, each by itself, or none, and the timing says which', async () => {
  const opened: unknown[] = []
  const told: unknown[] = []
  const stage = (id: string, gpus?: 'together' | 'each'): BenchStage => ({
    ...{ id, unit: 'images', ...(gpus && { gpus }) },
    async open({ devices }) {
      opened.push([id, devices])
      const rate = { units: 1, seconds: 1, processor: 1 }
      return { bare: async () => rate, run: async () => rate, close: async () => {} }
    },
  })
  const stages = [stage('generation', 'together'), stage('features', 'each'), stage('separability')]
  const timings = await runBench(stages, {
    ...{ ...settings, seconds: 1, devices: [0, 2] },
    onStage: (...of) => told.push(of),
  })
  expect(opened).toEqual([
    ['generation', [0, 2]],
    ['features', [0]],
    ['features', [2]],
    ['separability', undefined],
  ])
  expect(timings.map(({ devices }) => devices)).toEqual([[0, 2], [0], [2], undefined])
  expect(told).toEqual([
    ['generation, GPU 0 and 2', 0, 4],
    ['features, GPU 0', 1, 4],
    ['features, GPU 2', 2, 4],
    ['separability', 3, 4],
  ])
})

test('the bare network of several devices is a lane on each, at least', async () => {
  const network = await BareNetwork.open(requireRole(await loadModel(recogniser), 'recogniser'), {
    ...{ provider: 'cpu', threads: 1, batch: 4, devices: [0, 1] },
  })
  // Two lanes, at least one call each: the processor takes any number for its own.
  expect((await network.run(0)).units).toBe(8)
  await network.close()
})

test('the first fifth of the work does not count', async () => {
  const { units } = await steadyRate(100, async (progress) => {
    for (const done of [0, 10, 25, 60, 100]) progress.update(done)
  })
  expect(units).toBe(75)
})

test('a stage really runs: images that are made, read, decoded and brought through the network', async () => {
  const stage = await featuresFromRecordIo.open(settings)
  try {
    const bare = await stage.bare(0)
    expect(bare.units).toBe(4)
    const { units, seconds, processor } = await stage.run(40)
    expect(units).toBe(32)
    expect(Math.min(seconds, processor, bare.seconds)).toBeGreaterThan(0)
  } finally {
    await stage.close()
  }
})

test('stages have names of their own', () => {
  expect(new Set(BENCH_STAGES.map(({ id }) => id)).size).toBe(BENCH_STAGES.length)
})

test('flags of --bench are refused without it', () => {
  const parsed = (...words: string[]) =>
    addBenchOptions(new Command().option('--bench')).parse(words, { from: 'user' })
  const check = (command: Command) => checkBenchFlags(command.opts<BenchFlags>(), command)
  expect(() => check(parsed('--batch', '8'))).toThrow(InputError)
  expect(() => check(parsed())).not.toThrow()
  expect(() => check(parsed('--bench', '--batch', '8'))).not.toThrow()
  expect(() => check(parsed('--devices', '0,1'))).toThrow('--devices: is for the stages that are timed')
})

test('devices are those of other commands: of CUDA alone, and there', async () => {
  const flags = { seconds: 1, threads: 1, devices: [7], quiet: true } as const
  await expect(benchStages({ ...flags, devices: [7], provider: 'cpu' })).rejects.toThrow(
    '--devices: only CUDA has numbered devices',
  )
  await expect(benchStages({ ...flags, devices: [255], provider: 'cuda' })).rejects.toThrow(
    /^--devices 255: /,
  )
})
