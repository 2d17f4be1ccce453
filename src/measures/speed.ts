import { z } from 'zod'
import type { SpeedOptions, SpeedResult } from '../metrics/speed.js'
import type { TimedPipeline } from '../models/pipeline.js'
import type { Metric } from '../results/schema.js'
import { defineMeasure } from './measure.js'
import type { Subject } from './subject.js'

const MOST = 100_000

/** How fast a generator makes images at each batch size, and how large it is. */
export const speed = defineMeasure({
  id: 'speed',
  title: 'Speed and size of the generator',
  summary: 'generators timed side by side',
  options: z.strictObject({
    pipeline: z
      .string()
      .min(1)
      .optional()
      .describe('a pipeline of networks, for a generator that this program does not run (YAML)'),
    batches: z.array(z.int().min(1).max(MOST)).min(1).default([8]).describe('images a call, each in turn'),
    repeats: z.int().min(5).max(MOST).default(15).describe('timed calls of each'),
    warmUp: z.int().min(0).max(MOST).default(3).describe('calls of each before, which do not count'),
    memory: z
      .boolean()
      .default(false)
      .describe('whether the peak memory of a process that makes two batches is wanted'),
  }),
  gives: [
    {
      family: 'imagesPerSecond',
      called: 'images a second',
      words: (told) => `images a second at batch ${told('batch')}`,
      means: 'the median of repeated calls',
      // Two runs on one machine differ by a few percent whatever their own spread says.
      policy: { gate: true, relativeTolerance: 0.1, relativeMatters: 0.1 },
    },
    { family: 'generator parameters', called: "generator's parameters", means: 'numbers that were trained' },
    { family: 'generator size', called: "generator's size", means: 'bytes of its files' },
    {
      family: 'generator peak memory',
      called: "generator's peak memory",
      words: (told) => `generator's peak memory at batch ${told('batch')}`,
      means: 'most bytes of a process that makes two batches with it alone',
      policy: { gate: false, relativeMatters: 0.1 },
    },
  ],
  timed: true,
  revision: 1,
  needs: ({ pipeline }) => ({ pipelines: pipeline === undefined ? [] : [pipeline] }),
  refuses: ({ pipeline }, { generated }) =>
    generated || pipeline !== undefined
      ? undefined
      : "there is nothing to time: 'generate' names a generator, 'pipeline' a pipeline",
  async measure(subject, options) {
    const { pipeline, batches, memory } = options
    const opened: TimedPipeline[] = []
    try {
      for (const batch of batches) opened.push(await subject.generator(batch, pipeline))
      const results = await timed(opened, options, { seed: subject.seed })
      const sizes: Metric[] = [
        { family: 'generator parameters', parameters: {}, value: opened[0].parameters, better: 'neither' },
        {
          family: 'generator size',
          parameters: {},
          value: opened[0].bytes,
          unit: 'bytes',
          better: 'neither',
        },
      ]
      const memories = memory ? await memoryMetrics(subject, batches, pipeline) : []
      return { metrics: [...results.map(speedMetric), ...sizes, ...memories] }
    } finally {
      for (const one of opened) await one.close()
    }
  },
})

/** Times generators side by side, as the options say. */
export async function timed(
  opened: readonly TimedPipeline[],
  { repeats, warmUp }: z.output<typeof speed.options>,
  { seed, onRound }: Pick<SpeedOptions, 'seed' | 'onRound'>,
): Promise<SpeedResult[]> {
  const { measureSpeed } = await import('../metrics/speed.js')
  return measureSpeed(opened, { repeats, warmUp, seed, ...(onRound && { onRound }) })
}

async function memoryMetrics(
  subject: Subject,
  batches: readonly number[],
  pipeline: string | undefined,
): Promise<Metric[]> {
  const metrics: Metric[] = []
  for (const batch of batches) {
    const value = await subject.peakMemory(batch, pipeline)
    metrics.push({
      family: 'generator peak memory',
      parameters: { batch },
      value,
      unit: 'bytes',
      better: 'lower',
    })
  }
  return metrics
}

function speedMetric({ imagesPerSecond, imagesPerCall, interval, samples }: SpeedResult): Metric {
  return {
    family: 'imagesPerSecond',
    parameters: { batch: imagesPerCall },
    value: imagesPerSecond,
    unit: 'images/s',
    interval: { low: 1 / interval.high, high: 1 / interval.low, level: interval.level, resamples: 0 },
    samples: samples.map((seconds) => imagesPerCall / seconds),
    better: 'higher',
  }
}
