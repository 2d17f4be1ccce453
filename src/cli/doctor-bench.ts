import { rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Command } from 'commander'
import { placeName, runBench, type StageTiming } from '../bench/run-bench.js'
import type { BenchRole, BenchStage } from '../bench/stage.js'
import { forgetTemporary, temporaryFolderBeside } from '../bytes/temporary.js'
import { demoFile } from '../demo/demo-files.js'
import { InputError } from '../errors.js'
import { loadModel } from '../models/model.js'
import { requireDevices } from '../onnx/devices.js'
import { printFolded, printSentence } from './fitted-output.js'
import {
  batchOption,
  collect,
  devicesOption,
  type NetworkFlags,
  providerOption,
  realNumber,
  threadsOption,
} from './options.js'
import { log, print } from './output.js'

export interface BenchFlags extends NetworkFlags {
  readonly bench?: boolean
  readonly model?: string[]
  readonly devices?: number[]
  readonly batch?: number
  readonly seconds: number
  readonly stage?: string[]
  readonly quiet?: boolean
}

/** What was timed, and how. */
interface Bench {
  readonly provider: string
  readonly devices: readonly number[] | null
  readonly threads: number
  readonly batch: number | null
  readonly seconds: number
  readonly models: Readonly<Record<BenchRole, string>>
  readonly stages: readonly StageTiming[]
}

const SECONDS = 5
const DEMO: Readonly<Record<BenchRole, string>> = {
  generator: 'demo-generator.onnx',
  recogniser: 'demo-recogniser-a.onnx',
  features: 'demo-fid.onnx',
}
const ROLES = Object.keys(DEMO) as BenchRole[]

/** The flags that `--bench` has. */
export function addBenchOptions(command: Command): Command {
  return command
    .option(
      '--model <file>',
      "with --bench: a generator, recogniser or feature network instead of the demo's; may be repeated",
      collect,
    )
    .addOption(providerOption())
    .addOption(devicesOption('with --bench: GPUs, together for generation, else each by itself'))
    .addOption(threadsOption())
    .addOption(batchOption())
    .option('--stage <name>', 'with --bench: time this stage alone; may be repeated', collect)
    .option('--seconds <n>', 'with --bench: how long each stage is timed', realNumber(1, 3600), SECONDS)
}

/** @throws InputError where flags of `--bench` stand without it */
export function checkBenchFlags({ bench }: BenchFlags, command: Command): void {
  if (bench === true) return
  const given = ['stage', 'model', 'provider', 'devices', 'threads', 'batch', 'seconds'].find(
    (name) => command.getOptionValueSource(name) === 'cli',
  )
  if (given !== undefined)
    throw new InputError('is for the stages that are timed', `--${given}`, 'add --bench')
}

/** The networks by their roles: the demo's, where none is named. @throws InputError where one is named twice, or has another role */
async function modelsOf(named: readonly string[]): Promise<Readonly<Record<BenchRole, string>>> {
  const models = new Map<BenchRole, string>()
  for (const path of named) {
    const { role } = (await loadModel(path)).descriptor
    const own = ROLES.find((known) => known === role)
    if (own === undefined)
      throw new InputError(
        `no stage runs a network of the role '${role}'`,
        path,
        `name a ${ROLES.join(' or ')}`,
      )
    if (models.has(own)) throw new InputError(`a second ${own}`, path, 'name one of each role')
    models.set(own, path)
  }
  const of = (role: BenchRole): string => {
    const path = models.get(role) ?? demoFile(DEMO[role])
    if (path !== undefined) return path
    throw new InputError("the demo's network is not there", DEMO[role], `name a ${role} with --model`)
  }
  return { generator: of('generator'), recogniser: of('recogniser'), features: of('features') }
}

/** @throws InputError where a stage is named that is not there */
function stagesOf(named: readonly string[] | undefined, all: readonly BenchStage[]): readonly BenchStage[] {
  for (const name of named ?? [])
    if (!all.some(({ id }) => id === name))
      throw new InputError(
        `there is no stage '${name}'`,
        '--stage',
        `name one of: ${all.map(({ id }) => id).join('; ')}`,
      )
  return named === undefined ? all : all.filter(({ id }) => named.includes(id))
}

/** Times the stages. @throws InputError */
export async function benchStages(flags: BenchFlags): Promise<Bench> {
  const { provider, devices, batch, seconds, threads = availableParallelism() } = flags
  await requireDevices(provider, devices)
  const models = await modelsOf(flags.model ?? [])
  const { BENCH_STAGES } = await import('../bench/stages/list.js')
  const timed = stagesOf(flags.stage, BENCH_STAGES)
  const folder = await temporaryFolderBeside(join(tmpdir(), 'vec2face-bench-doctor'))
  try {
    const stages = await runBench(timed, {
      ...{ models, provider, threads, seconds, folder },
      ...(devices && { devices }),
      ...(batch !== undefined && { batch }),
      onStage: (stage, number, of) => {
        if (flags.quiet !== true)
          log(`timing ${stage} (${number + 1} of ${of}, ${seconds} s and its beginning)`)
      },
    })
    return { provider, devices: devices ?? null, threads, batch: batch ?? null, seconds, models, stages }
  } finally {
    await rm(folder, { recursive: true, force: true })
    forgetTemporary(folder)
  }
}

/** Prints the table. */
export function printBench({ provider, threads, batch, seconds, stages }: Bench): void {
  const rows = stages.map((timing) => {
    const { unit, rate, bareRate, ratio, processor, coresBusy } = timing
    const [scale, name] = unit === 'pairs' ? [1e6, 'M pairs'] : [1, 'images']
    return [
      ...[
        placeName(timing.stage, timing.devices),
        name,
        (rate / scale).toPrecision(4),
        (bareRate / scale).toPrecision(4),
      ],
      ...[ratio.toFixed(2), (processor * scale).toPrecision(3), coresBusy.toFixed(1)],
    ]
  })
  const head = ['stage', 'of', 'a second', 'bare session', 'ratio', 'processor ms', 'cores busy']
  print()
  printFolded([head, ...rows], 2)
  printSentence(
    `${provider}, ${threads} threads, ${batch === null ? "each stage's own batch" : `batch ${batch}`}, ${seconds} s a stage; ratio: to the bare session`,
  )
}
