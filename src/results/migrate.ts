import { z } from 'zod'
import { imagesPerSecondName } from './metric-names.js'

/** What a migration needs to see of results of version 1; the rest passes through, and is validated after. */
const version1 = z.looseObject({
  datasets: z.array(z.looseObject({ metrics: z.array(z.looseObject({ name: z.string() })) })),
})

/** The names of version 1, which said the same in words. */
function renameMetric(name: string): string {
  const speed = /^generation speed, batch (\d+)/.exec(name)
  if (speed !== null) return imagesPerSecondName(Number(speed[1]))
  return name
    .replace(/^separable below ([\d.]+) by /, 'separable@$1 by ')
    .replace(/^unique at ([\d.]+) by /, 'unique@$1 by ')
}

/**
 * Results of an older schema version as ones of the next: version 1 differs in the names of datasets' metrics only.
 * Undefined where the version is unknown. What is damaged passes through, to be told by the validation.
 */
export function migrate(json: unknown, version: number): unknown {
  if (version !== 1) return undefined
  const parsed = version1.safeParse(json)
  if (!parsed.success) return { ...z.looseObject({}).parse(json), version: 2 }
  return {
    ...parsed.data,
    version: 2,
    datasets: parsed.data.datasets.map((dataset) => ({
      ...dataset,
      metrics: dataset.metrics.map((metric) => ({ ...metric, name: renameMetric(metric.name) })),
    })),
  }
}
