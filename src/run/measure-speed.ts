import { measureSpeed } from '../metrics/speed.js'
import { openPipeline, type Pipeline, type TimedPipeline } from '../models/pipeline.js'
import type { SessionOptions } from '../models/session.js'
import type { Metric } from '../results/schema.js'

/** How fast a generator makes images at each batch size, and how large it is. */
export async function measureGeneratorSpeed(
  pipeline: Pipeline,
  spec: { readonly batches: readonly number[]; readonly repeats: number },
  options: { readonly seed: number; readonly session: Required<SessionOptions> },
): Promise<Metric[]> {
  const opened: TimedPipeline[] = []
  try {
    for (const batch of spec.batches) {
      opened.push(await openPipeline(pipeline, batch, { ...options.session, seed: options.seed }))
    }
    const results = await measureSpeed(opened, { repeats: spec.repeats, seed: options.seed })
    return [
      ...results.map(
        ({ imagesPerSecond, imagesPerCall, interval, samples }): Metric => ({
          family: 'imagesPerSecond',
          parameters: { batch: imagesPerCall },
          value: imagesPerSecond,
          unit: 'images/s',
          interval: { low: 1 / interval.high, high: 1 / interval.low, level: interval.level, resamples: 0 },
          samples: samples.map((seconds) => imagesPerCall / seconds),
          better: 'higher',
        }),
      ),
      { family: 'generator parameters', parameters: {}, value: opened[0].parameters, better: 'neither' },
      { family: 'generator size', parameters: {}, value: opened[0].bytes, unit: 'bytes', better: 'neither' },
    ]
  } finally {
    for (const pipeline of opened) await pipeline.close()
  }
}
