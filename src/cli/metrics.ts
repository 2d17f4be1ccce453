import type { Command } from 'commander'
import { MEASURES } from '../measures/list.js'
import type { Measure } from '../measures/measure.js'
import { addCommands, type CommandList } from './command-list.js'

type RegisterMeasure = (metrics: Command, measure: Measure) => void

/** Measurements whose command takes files of features, or several generators, in place of one dataset. */
const OF_FILES: Readonly<Record<string, () => Promise<RegisterMeasure>>> = {
  separability: async () => (await import('./metrics-separability.js')).registerMetricsSeparability,
  identities: async () => (await import('./metrics-identity.js')).registerMetricsIdentities,
  leakage: async () => (await import('./metrics-leakage.js')).registerMetricsLeakage,
  frechet: async () => (await import('./metrics-fid.js')).registerMetricsFid,
  speed: async () => (await import('./metrics-speed.js')).registerMetricsSpeed,
}

const ofDataset = async (): Promise<RegisterMeasure> => (await import('./measure-command.js')).registerMeasure

const commandOf = (measure: Measure) => async () => {
  const register = await (OF_FILES[measure.id] ?? ofDataset)()
  return (metrics: Command) => register(metrics, measure)
}

/** `metrics`: what the paper measures on datasets and generators, and what came after it: a command a measurement. */
export async function registerMetrics(program: Command, words: readonly string[] = []): Promise<void> {
  const metrics = program
    .command('metrics')
    .summary('measure datasets and generators')
    .description(
      'Measures datasets and generators. What a command measures, a spec can ask for, too (measure:).',
    )
  const commands: CommandList = Object.fromEntries(
    MEASURES.map((measure) => [measure.command, commandOf(measure)]),
  )
  await addCommands(metrics, commands, words)
}
