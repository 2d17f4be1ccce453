import type { Command } from 'commander'
import { registerMetricsFid } from './metrics-fid.js'
import { registerMetricsSpeed } from './metrics-speed.js'

/** `metrics`: what the paper measures on datasets and generators. */
export function registerMetrics(program: Command): void {
  const metrics = program
    .command('metrics')
    .summary('measure datasets and generators')
    .description('Measures datasets and generators: separability, leakage, FID and its kin, speed.')
  registerMetricsFid(metrics)
  registerMetricsSpeed(metrics)
}
