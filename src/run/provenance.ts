import { availableParallelism, cpus, totalmem } from 'node:os'
import { runtimeVersion } from '../onnx/runtime.js'
import { PROGRAM } from '../program.js'
import type { Provenance } from '../results/schema.js'

/** What made the numbers: program, machine, runtime. */
export function provenanceOf(run: {
  readonly started: Date
  readonly provider: string
  readonly threads: number
  readonly command: readonly string[]
}): Provenance {
  return {
    program: PROGRAM,
    command: [...run.command],
    started: run.started.toISOString(),
    seconds: (Date.now() - run.started.getTime()) / 1000,
    node: process.version,
    onnxruntime: runtimeVersion(),
    platform: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    provider: run.provider,
    threads: run.threads,
  }
}
