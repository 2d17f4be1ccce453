import { statfs } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import type { Command } from 'commander'
import type Sharp from 'sharp'
import { isWritable } from '../features/cache.js'
import { onDemand } from '../on-demand.js'
import { providerTrial } from '../onnx/provider-check.js'
import { nvidiaDevices, providerState } from '../onnx/provider-state.js'
import { BACKENDS } from '../onnx/providers.js'
import { runtimeVersion } from '../onnx/runtime.js'
import { PROGRAM } from '../program.js'
import { addBenchOptions, type BenchFlags, benchStages, checkBenchFlags, printBench } from './doctor-bench.js'
import { printColumns, printSentence } from './fitted-output.js'
import { cacheOption, jsonOption } from './options.js'
import { printJson } from './output.js'

const sharp = onDemand<typeof Sharp>('sharp')

const EXAMPLES = `
Examples:
  $ vec2face-bench doctor
  $ vec2face-bench doctor --bench                                   # with the demo's networks
  $ vec2face-bench doctor --bench --model vec2face.onnx --model r100.onnx --provider cuda --batch 64 --seconds 20

A stage of --bench runs on made inputs, for about half of its seconds; its network runs alone for the other half. Opening
networks and making inputs comes on top. Read ratios rather than rates, and take more seconds where others use the machine.`

/** `doctor`: what works on this machine. */
export function registerDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .summary('say what works on this machine')
    .description(
      'Says what works on this machine: providers (each is tried), threads, memory, disk, versions.',
    )
    .addOption(cacheOption())
    .option('--bench', 'time the stages on this machine, each beside its bare network')
  addBenchOptions(command).addOption(jsonOption()).addHelpText('after', EXAMPLES).action(doctor)
}

interface Flags extends BenchFlags {
  readonly cache: string
  readonly json?: boolean
}

async function doctor(flags: Flags, command: Command): Promise<void> {
  checkBenchFlags(flags, command)
  const providers = await Promise.all(
    BACKENDS.map(async (name) => {
      const { condition, detail, remedy } = await providerState(name)
      return { name, condition, problem: condition === 'ran a network' ? null : detail, remedy }
    }),
  )
  const nvidia = await nvidiaDevices()
  const { libraries } = await providerTrial('cuda')
  const cacheWritable = await isWritable(flags.cache)
  const disk = cacheWritable ? await statfs(flags.cache) : undefined
  const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`
  const findings = {
    version: PROGRAM.version,
    node: process.version,
    onnxruntime: runtimeVersion(),
    sharp: sharp().versions.sharp ?? 'unknown',
    libvips: sharp().versions.vips,
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    freeMemoryBytes: freemem(),
    cache: flags.cache,
    cacheWritable,
    freeDiskBytes: disk === undefined ? null : disk.bavail * disk.bsize,
    providers,
    nvidia,
    cudaLibraries: libraries,
  }
  const cpuWorks = providers.find(({ name }) => name === 'cpu')?.problem === null
  if (!cacheWritable || !cpuWorks) process.exitCode = 1
  if (flags.json !== true) {
    const rows = [
      ['vec2face-bench', findings.version],
      ['node', findings.node],
      ['onnxruntime', findings.onnxruntime],
      ['sharp, libvips', `${findings.sharp}, ${findings.libvips}`],
      ['machine', `${findings.platform}, ${findings.processor}, ${findings.cores} cores`],
      ['memory', `${gigabytes(findings.freeMemoryBytes)} free of ${gigabytes(findings.memoryBytes)}`],
      [
        'cache',
        `${flags.cache} ${cacheWritable ? `(${gigabytes(findings.freeDiskBytes ?? 0)} free)` : '(NOT WRITABLE: choose another with --cache)'}`,
      ],
      ...nvidia.map((device) => ['NVIDIA GPU', device]),
      ...libraries.map((file) => ['CUDA library', file]),
      ...providers.map(({ name, condition, problem }) => [
        `provider ${name}`,
        problem === null ? `works: ${condition}` : `${condition}: ${problem}`,
      ]),
    ]
    printColumns(rows, { wrapped: 1 })
    for (const { name, remedy } of providers) if (remedy !== '') printSentence(`to have ${name}: ${remedy}`)
  }
  const bench = flags.bench === true ? await benchStages(flags) : undefined
  if (flags.json === true) printJson({ ...findings, ...(bench && { bench }) })
  else if (bench !== undefined) printBench(bench)
}
