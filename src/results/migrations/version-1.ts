import { z } from 'zod'
import { listOf } from '../list-of.js'

/** What this needs to see of results of version 1; the rest passes through, and is validated after. */
const version1 = z.looseObject({
  datasets: listOf(z.looseObject({ metrics: listOf(z.looseObject({ name: z.string() })) })),
})

/** The names of version 1, which said the same in words. */
function renameMetric(name: string): string {
  const speed = /^generation speed, batch (\d+)/.exec(name)
  if (speed !== null) return `imagesPerSecond@batch=${speed[1]}`
  return name
    .replace(/^separable below ([\d.]+) by /, 'separable@$1 by ')
    .replace(/^unique at ([\d.]+) by /, 'unique@$1 by ')
}

/** Version 1 differs from version 2 in the names of datasets' metrics only. */
export function fromVersion1(json: unknown): unknown {
  const results = version1.parse(json)
  return {
    ...results,
    version: 2,
    datasets: results.datasets.map((dataset) => ({
      ...dataset,
      metrics: dataset.metrics.map((metric) => ({ ...metric, name: renameMetric(metric.name) })),
    })),
  }
}
