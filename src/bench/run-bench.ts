import { type Rate, together } from './rate.js'
import type { BenchSettings, BenchStage } from './stage.js'

/** What a stage reached, and what the bare network did in the same run. */
export interface StageTiming {
  readonly stage: string
  readonly unit: BenchStage['unit']
  /** the GPUs that it ran on, where they were named */
  readonly devices?: readonly number[]
  /** units a second */
  readonly rate: number
  readonly bareRate: number
  /** `rate / bareRate` */
  readonly ratio: number
  /** processor time of a unit, in milliseconds */
  readonly processor: number
  readonly bareProcessor: number
  /** processor time over time */
  readonly coresBusy: number
  /** how many units were timed */
  readonly units: number
}

export interface BenchOptions extends BenchSettings {
  /** for each stage: half of it for the stage, half for the bare network. What it takes to begin comes on top */
  readonly seconds: number
  /** told of each timing before it begins: what is timed, its number from 0, and how many there are */
  readonly onStage?: (stage: string, number: number, of: number) => void
}

/** What a stage is timed on: all GPUs that are named at the same time, or one after the other. */
function placesOf(
  { gpus }: BenchStage,
  devices: readonly number[] | undefined,
): (readonly number[] | undefined)[] {
  if (devices === undefined || gpus === undefined) return [undefined]
  return gpus === 'together' ? [devices] : devices.map((device) => [device])
}

/** A stage, and where it is timed, as messages and tables name it. */
export function placeName(stage: string, devices: readonly number[] | undefined): string {
  return devices === undefined ? stage : `${stage}, GPU ${devices.join(' and ')}`
}

/** Times stages one after another, each between two halves of its bare network. @throws InputError as the stages do */
export async function runBench(
  stages: readonly BenchStage[],
  { seconds, onStage, devices: named, ...settings }: BenchOptions,
): Promise<StageTiming[]> {
  const timings: StageTiming[] = []
  const runs = stages.flatMap((stage) => placesOf(stage, named).map((devices) => ({ stage, devices })))
  for (const [i, { stage, devices }] of runs.entries()) {
    onStage?.(placeName(stage.id, devices), i, runs.length)
    timings.push(await timeStage(stage, seconds, { ...settings, ...(devices && { devices }) }))
  }
  return timings
}

async function timeStage(stage: BenchStage, seconds: number, settings: BenchSettings): Promise<StageTiming> {
  const open = await stage.open(settings)
  try {
    const before = await open.bare(seconds / 4)
    const run = await open.run((rateOf(before) * seconds) / 2)
    const bare = together([before, await open.bare(seconds / 4)])
    return {
      stage: stage.id,
      unit: stage.unit,
      ...(settings.devices && { devices: settings.devices }),
      rate: rateOf(run),
      bareRate: rateOf(bare),
      ratio: rateOf(run) / rateOf(bare),
      processor: processorOf(run),
      bareProcessor: processorOf(bare),
      coresBusy: run.processor / run.seconds,
      units: run.units,
    }
  } finally {
    await open.close()
  }
}

const rateOf = ({ units, seconds }: Rate): number => units / seconds
const processorOf = ({ units, processor }: Rate): number => (1000 * processor) / units
