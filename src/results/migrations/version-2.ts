import { z } from 'zod'
import { listOf } from '../list-of.js'
import { tellNamesakesApart } from './namesakes.js'

const metric = z.looseObject({ name: z.string() })

/** What this needs to see of results of version 2; the rest passes through, and is validated after. */
const version2 = z.looseObject({
  models: listOf(
    z.looseObject({ id: z.string(), role: z.string(), sha256: z.string(), descriptor: z.unknown() }),
  ),
  testSets: listOf(z.looseObject({ id: z.string(), fingerprint: z.string() })),
  verification: listOf(
    z.looseObject({
      model: z.string(),
      testSet: z.string(),
      protocol: z.looseObject({ subtractMean: z.unknown() }),
    }),
  ),
  datasets: listOf(z.looseObject({ metrics: listOf(metric) })),
  tables: listOf(
    z.looseObject({
      rows: listOf(z.looseObject({ name: z.string(), model: z.string().optional() })),
      columns: listOf(z.looseObject({ id: z.string(), name: z.string() })),
    }),
  ),
})
type Version2 = z.infer<typeof version2>

/** Families of version 2 that had a parameter or a recogniser in their names. */
const NAMES: readonly [RegExp, (groups: Record<string, string>) => object][] = [
  [
    /^(?<family>separable|unique)@(?<threshold>-?[\d.]+) by (?<by>.+)$/,
    ({ family, threshold, by }) => ({ family, parameters: { threshold: Number(threshold) }, by }),
  ],
  [
    /^(?<family>average identity similarity) by (?<by>.+)$/,
    ({ family, by }) => ({ family, parameters: {}, by }),
  ],
  [
    /^(?<family>imagesPerSecond)@batch=(?<batch>\d+)$/,
    ({ family, batch }) => ({ family, parameters: { batch: Number(batch) } }),
  ],
]

/** A metric's name as its parts. A distance's network is the only one of the run whose descriptor calls it so. */
function partsOf(name: string, models: Version2['models']): object {
  for (const [pattern, parts] of NAMES) {
    const groups = pattern.exec(name)?.groups
    if (groups !== undefined) return parts(groups)
  }
  const networks = models.filter(
    ({ role, descriptor }) =>
      role === 'features' && z.object({ distanceName: z.literal(name) }).safeParse(descriptor).success,
  )
  return { family: name, parameters: {}, ...(networks.length === 1 && { by: networks[0].id }) }
}

/**
 * Version 3 calls `verification` `evaluations`, whose protocols and test sets say their kind; metrics have parts
 * in place of a name; and an id names one thing, which version 2 did not see to.
 */
export function fromVersion2(json: unknown): unknown {
  const { verification, ...results } = tellNamesakesApart(version2.parse(json))
  return {
    ...results,
    version: 3,
    testSets: results.testSets.map((set) => ({ ...set, kind: 'pairs' })),
    evaluations: verification.map((entry) => ({
      ...entry,
      protocol: {
        kind: 'pairs',
        ...entry.protocol,
        // facenet's order was the only one that there was
        ...(entry.protocol.subtractMean === true && { subtractMean: 'facenet' }),
      },
      doubts: [],
    })),
    datasets: results.datasets.map((dataset) => ({
      ...dataset,
      metrics: dataset.metrics.map(({ name, ...metric }) => ({
        ...partsOf(name, results.models),
        ...metric,
      })),
    })),
  }
}
