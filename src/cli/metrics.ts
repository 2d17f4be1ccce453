import type { Command } from 'commander'
import { MEASURES } from '../measures/list.js'
import type { Measure } from '../measures/measure.js'
import { registerMeasure } from './measure-command.js'
import { registerMetricsFid } from './metrics-fid.js'
import { registerMetricsIdentities } from './metrics-identity.js'
import { registerMetricsLeakage } from './metrics-leakage.js'
import { registerMetricsSeparability } from './metrics-separability.js'
import { registerMetricsSpeed } from './metrics-speed.js'

/** Measurements whose command takes files of features, or several generators, in place of one dataset. */
const OF_FILES: Readonly<Record<string, (metrics: Command, measure: Measure) => void>> = {
  separability: registerMetricsSeparability,
  identities: registerMetricsIdentities,
  leakage: registerMetricsLeakage,
  frechet: registerMetricsFid,
  speed: registerMetricsSpeed,
}

/** `metrics`: what the paper measures on datasets and generators, and what came after it: a command a measurement. */
export function registerMetrics(program: Command): void {
  const metrics = program
    .command('metrics')
    .summary('measure datasets and generators')
    .description(
      'Measures datasets and generators. What a command measures, a spec can ask for, too (measure:).',
    )
  for (const measure of MEASURES) (OF_FILES[measure.id] ?? registerMeasure)(metrics, measure)
}
