import type { Command } from 'commander'
import { registerMetricsFid } from './metrics-fid.js'
import { registerMetricsIdentities } from './metrics-identity.js'
import { registerMetricsLeakage } from './metrics-leakage.js'
import { registerMetricsSeparability } from './metrics-separability.js'
import { registerMetricsSpeed } from './metrics-speed.js'

/** `metrics`: what the paper measures on datasets and generators. */
export function registerMetrics(program: Command): void {
  const metrics = program
    .command('metrics')
    .summary('measure datasets and generators')
    .description('Measures datasets and generators: separability, leakage, FID and its kin, speed.')
  registerMetricsSeparability(metrics)
  registerMetricsLeakage(metrics)
  registerMetricsIdentities(metrics)
  registerMetricsFid(metrics)
  registerMetricsSpeed(metrics)
}
